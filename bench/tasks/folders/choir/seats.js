const ROWS = 14;
const PER_ROW = 18;
const PILLARS = 6;

export function seats(rows = ROWS) {
  const all = rows * PER_ROW;
  return all - PILLARS * 2;
}
