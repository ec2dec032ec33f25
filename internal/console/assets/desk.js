// What the desk does better with a script than without: it searches long
// lists, shows only what applies, sends a form once, and takes whoever reads
// on to what is wrong.

for (const filter of document.querySelectorAll("[data-filters]")) searchable(filter);
for (const form of document.querySelectorAll("form[data-once]")) once(form);
for (const form of document.querySelectorAll("form.entry")) onlyWhatApplies(form);
document.getElementById("problem-summary")?.focus();

// searchable lets a search field narrow a list down. Options are taken out and
// not hidden, because not every browser hides them.
function searchable(filter) {
  const list = document.getElementById(filter.dataset.filters);
  const found = filter.nextElementSibling;
  const all = [...list.children].map(child => child.cloneNode(true));
  filter.hidden = false;
  filter.addEventListener("input", () => {
    const chosen = list.value;
    const wanted = filter.value.trim().toLowerCase();
    list.replaceChildren(...all.map(child => narrowed(child, wanted, chosen)).filter(Boolean));
    const options = [...list.options].filter(option => option.value);
    list.value = options.some(option => option.value === chosen) ? chosen : options.length === 1 ? options[0].value : "";
    found.textContent = `${options.length} ${found.dataset.found}`;
  });
  filter.addEventListener("keydown", event => {
    if (event.key === "Enter") event.preventDefault();
  });
}

// narrowed is a copy of a group or an option with what matches in it, or null.
// What is chosen stays, and so does the choice of nothing.
function narrowed(child, wanted, chosen) {
  const matches = option => !option.value || option.value === chosen || option.textContent.toLowerCase().includes(wanted);
  const copy = child.cloneNode(true);
  if (copy.tagName === "OPTION") return matches(copy) ? copy : null;
  if (!copy.label.toLowerCase().includes(wanted)) {
    for (const option of [...copy.children]) if (!matches(option)) option.remove();
  }
  return copy.children.length ? copy : null;
}

// once lets a form be sent one time only, also by a double click.
function once(form) {
  form.addEventListener("submit", event => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    form.querySelector("button").setAttribute("aria-disabled", "true");
  });
  addEventListener("pageshow", () => {
    delete form.dataset.sent;
    form.querySelector("button").removeAttribute("aria-disabled");
  });
}

// onlyWhatApplies shows the parts of a customer's form that its answers ask
// for. What is hidden is sent all the same, as it was.
function onlyWhatApplies(form) {
  const parts = {company: ["private", "no"], elsewhere: ["at_address", "no"]};
  const show = () => {
    for (const part of form.querySelectorAll("[data-shown]")) {
      const [name, value] = parts[part.dataset.shown];
      const shown = form.elements[name].value === value || part.querySelector("[aria-invalid]");
      part.dataset.hides = shown ? "no" : "yes";
    }
  };
  form.addEventListener("change", show);
  show();
}
