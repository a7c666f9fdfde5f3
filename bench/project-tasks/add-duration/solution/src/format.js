/** With a blank between each three digits. */
export function countText(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, " ");
}

/** As "1h 02m 03s". */
export function durationText(seconds) {
  if (seconds < 0) throw new RangeError("a duration cannot be negative");
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const first = parts.findIndex((part, index) => part > 0 || index === 2);
  return parts
    .map((part, index) => `${index > first ? String(part).padStart(2, "0") : part}${"hms"[index]}`)
    .slice(first)
    .join(" ");
}
