export function parkingPrice(minutes) {
  if (minutes <= 30) return 0;
  return Math.min(Math.floor((minutes - 30) / 60) * 200, 1600);
}
