// The sandbox's first page. Everything it shows is there without this script;
// the script sends, listens and moves the clock.
import "./copy.js";
import {follow} from "./inbox.js";
import {run} from "./clock.js";

follow();
run();
