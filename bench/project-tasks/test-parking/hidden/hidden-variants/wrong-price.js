export function parkingPrice(minutes) {
  if (minutes <= 30) return 0;
  return Math.min(Math.ceil((minutes - 30) / 60) * 250, 1600);
}
