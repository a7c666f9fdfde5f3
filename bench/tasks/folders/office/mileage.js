const CENTS_PER_KM = 38;
const CENTS_PER_KM_FAR = 27;
const FAR_KM = 250;

function mileage(km) {
  const near = Math.min(km, FAR_KM);
  return (near * CENTS_PER_KM + (km - near) * CENTS_PER_KM_FAR) / 100;
}

module.exports = { mileage };
