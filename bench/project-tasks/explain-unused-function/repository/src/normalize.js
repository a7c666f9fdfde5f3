export function foldCase(text) {
  return text.toLowerCase();
}

export function stripAccents(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "");
}

export function trimEnds(text) {
  return text.replace(/^\s+|\s+$/g, "");
}

/** One blank in place of several. */
export function squeeze(text) {
  return trimEnds(text).replace(/\s+/g, " ");
}
