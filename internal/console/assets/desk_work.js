// Working an inquiry: what was typed is checked at once, in the server's words,
// and an agency number brings its collection type along.

// complaint gives what is wrong with a field, or nothing.
function complaint(field) {
  const typed = field.value.trim();
  if (!typed) return field.dataset.missing ?? "";
  if (field.dataset.pattern && !new RegExp(field.dataset.pattern).test(typed)) return field.dataset.wrong;
  return "";
}

// tell shows what is wrong above a field, or takes it away.
function tell(field, text) {
  const id = field.id + "-problem", about = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  let line = document.getElementById(id);
  if (!line && text) {
    line = document.createElement("p");
    line.id = id;
    line.className = "wrong";
    field.closest(".question-work").prepend(line);
  }
  if (line) line.textContent = text;
  if (line) line.hidden = !text;
  about[text ? "add" : "delete"](id);
  field.setAttribute("aria-describedby", [...about].join(" "));
  if (!about.size) field.removeAttribute("aria-describedby");
  field.toggleAttribute("aria-invalid", Boolean(text));
  if (text) field.setAttribute("aria-invalid", "true");
  field.closest(".question").toggleAttribute("data-wrong", Boolean(text));
}

// Nobody is told off while still typing: what was right is checked when it is
// left, and what was wrong with every key.
for (const field of document.querySelectorAll("[data-pattern], [data-missing]")) {
  field.addEventListener("change", () => tell(field, complaint(field)));
  field.addEventListener("input", () => {
    if (field.hasAttribute("aria-invalid")) tell(field, complaint(field));
  });
}

for (const number of document.querySelectorAll("[data-collection]")) {
  number.addEventListener("change", () => {
    const type = document.querySelector(`[name=collection][value="${CSS.escape(number.dataset.collection)}"]`);
    if (type) type.checked = true;
  });
}
