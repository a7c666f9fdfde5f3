const CIRCUMFERENCE_M = 2.13;

function metres(front, rear) {
  return ((CIRCUMFERENCE_M * front) / rear).toFixed(2);
}

for (const [front, rear] of [
  [46, 16],
  [34, 17],
  [28, 32],
]) {
  console.log(front, rear, metres(front, rear));
}
