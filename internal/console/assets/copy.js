// Copy buttons: each copies the code of the block that it stands in.
import {say, word, pause} from "./page.js";

document.addEventListener("click", async event => {
  const button = event.target.closest("[data-does=copy]");
  if (!button) return;
  const code = button.closest(".block").querySelector("code");
  try {
    await navigator.clipboard.writeText(code.textContent);
  } catch {
    getSelection().selectAllChildren(code);
    say(word("copyByHand"), "bad");
    return;
  }
  say(word("copied"));
  const label = button.querySelector(".copy-word");
  const before = label.dataset.before ??= label.textContent;
  label.textContent = word("copied");
  await pause(2000);
  label.textContent = before;
});
