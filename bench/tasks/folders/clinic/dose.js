const PER_KG = 15; // milligrams
const MOST = 600;

function dose(kilograms) {
  return Math.min(MOST, kilograms * PER_KG);
}

function times(age) {
  return age < 6 ? 2 : 3;
}

module.exports = { dose, times };
