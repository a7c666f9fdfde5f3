/** With a blank between each three digits. */
export function countText(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, " ");
}
