import { foldCase, squeeze } from "./normalize.js";

export function searchKey(text) {
  return foldCase(squeeze(text));
}
