// Requests, and JSON as it stands on the wire: numbers are never read as
// binary fractions, so that 5.50 is shown as 5.50.

// ask sends a request and gives {status, ok, took, text, blob, headers}, or
// null if the sandbox did not answer at all. took is in milliseconds.
export async function ask(method, path, {headers = {}, body} = {}) {
  const began = performance.now();
  try {
    const response = await fetch(path, {method, headers, body: body || undefined, cache: "no-cache", credentials: "omit"});
    const blob = await response.blob();
    const took = Math.round(performance.now() - began);
    const readable = /json|text|xml/.test(blob.type) || blob.size === 0;
    return {status: response.status, says: response.statusText, ok: response.ok, took, blob,
      headers: response.headers, text: readable ? await blob.text() : null};
  } catch {
    return null;
  }
}

// parse reads JSON and keeps numbers as they were written; undefined if the
// text is not JSON.
export function parse(text) {
  try {
    return JSON.parse(text, (_key, value, context) =>
      typeof value === "number" && context?.source ? context.source : value);
  } catch {
    return undefined;
  }
}

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|[{}[\],]|[^\s{}[\],"]+/g;

// paint shows JSON indented and coloured in an element; other text as it is.
export function paint(element, text) {
  element.replaceChildren();
  if (parse(text) === undefined) {
    element.textContent = text;
    return;
  }
  let depth = 0;
  const newline = () => "\n" + "  ".repeat(depth);
  const tokens = [...text.matchAll(TOKEN)];
  tokens.forEach(([token, string, colon], i) => {
    const empty = "{[".includes(token) && "}]".includes(tokens[i + 1]?.[0]);
    if (string && colon) element.append(coloured("key", string), ": ");
    else if (string) element.append(coloured("string", string));
    else if ("{[".includes(token)) { depth++; element.append(token, empty ? "" : newline()); }
    else if ("}]".includes(token)) { depth--; element.append("{[".includes(tokens[i - 1][0]) ? "" : newline(), token); }
    else if (token === ",") element.append(token, newline());
    else element.append(coloured("plain", token));
  });
}

function coloured(kind, text) {
  const span = document.createElement("span");
  span.className = "json-" + kind;
  span.textContent = text;
  return span;
}

// holders gives every object within a value that has a text under the key.
export function holders(value, key) {
  if (Array.isArray(value)) return value.flatMap(each => holders(each, key));
  if (value === null || typeof value !== "object") return [];
  const inner = Object.values(value).flatMap(each => holders(each, key));
  return typeof value[key] === "string" && value[key] ? [value, ...inner] : inner;
}
