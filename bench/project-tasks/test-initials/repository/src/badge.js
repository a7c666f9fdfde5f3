import { initials } from "./initials.js";

export function badge({ name, room }) {
  return `[${initials(name)}] ${room}`;
}
