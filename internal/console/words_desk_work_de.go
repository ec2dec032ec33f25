package console

var deskWorkGerman = wording{}
