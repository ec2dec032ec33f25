package console

var deskWorkEnglish = wording{}
