import { z } from "zod";

export const input = z.strictObject({
  value: z.number(),
  from: z.string().min(1).max(40),
  to: z.string().min(1).max(40),
});

interface Unit {
  readonly kind: string;
  /** The name that an answer has. */
  readonly name: string;
  /** How many of the base unit one of it is. */
  readonly factor: number;
  /** What is added to a value before that; temperatures alone have it. */
  readonly offset: number;
}

/**
 * Names, then the factor to the SI unit. Those of the yard and the pound are exact by the agreement of 1959
 * (NIST Special Publication 811, appendix B).
 */
const FACTORS = {
  length: `m metre metres meter meters 1; km kilometre kilometres kilometer kilometers 1000;
    cm centimetre centimetres centimeter centimeters 0.01; mm millimetre millimetres millimeter millimeters 0.001;
    µm um micrometre micrometres 0.000001; in inch inches 0.0254; ft foot feet 0.3048; yd yard yards 0.9144;
    mi mile miles 1609.344; nmi nautical-mile nautical-miles 1852`,
  area: `m² m2 sqm 1; km² km2 1000000; cm² cm2 0.0001; ha hectare hectares 10000; acre acres 4046.8564224;
    ft² ft2 sqft 0.09290304; in² in2 0.00064516`,
  volume: `l litre litres liter liters 0.001; ml millilitre millilitres milliliter milliliters 0.000001; m³ m3 1;
    gal gallon gallons 0.003785411784; qt quart quarts 0.000946352946; pt pint pints 0.000473176473;
    cup cups 0.0002365882365; fl-oz floz 0.0000295735295625; tbsp tablespoon tablespoons 0.00001478676478125;
    tsp teaspoon teaspoons 0.00000492892159375`,
  mass: `kg kilogram kilograms 1; g gram grams 0.001; mg milligram milligrams 0.000001; t tonne tonnes 1000;
    lb lbs pound pounds 0.45359237; oz ounce ounces 0.028349523125; st stone stones 6.35029318`,
  speed: `m/s mps 1; km/h kmh kph 0.2777777777777778; mph 0.44704; kn knot knots 0.5144444444444445; ft/s fps 0.3048`,
  time: `s second seconds sec 1; ms millisecond milliseconds 0.001; min minute minutes 60; h hour hours hr 3600;
    d day days 86400; wk week weeks 604800; a year years 31557600`,
  data: `B byte bytes 1; bit bits 0.125; kB KB kilobyte kilobytes 1000; MB megabyte megabytes 1000000;
    GB gigabyte gigabytes 1000000000; TB terabyte terabytes 1000000000000; KiB kibibyte kibibytes 1024;
    MiB mebibyte mebibytes 1048576; GiB gibibyte gibibytes 1073741824; TiB tebibyte tebibytes 1099511627776`,
  energy: `J joule joules 1; kJ kilojoule kilojoules 1000; cal calorie calories 4.184; kcal kilocalorie kilocalories 4184;
    Wh watt-hour watt-hours 3600; kWh kilowatt-hour kilowatt-hours 3600000`,
  pressure: `Pa pascal pascals 1; kPa kilopascal kilopascals 1000; bar bars 100000; mbar millibar millibars 100;
    psi 6894.757293168361; atm atmosphere atmospheres 101325`,
};

const CELSIUS = 273.15;
const FAHRENHEIT = 459.67;
/** Of Fahrenheit and Celsius: 180 steps of the one are 100 of the other. */
const STEP = 100 / 180;
const DIGITS = 12;
/** Shorter names are symbols. */
const WORD = 4;

export async function run({
  value,
  from,
  to,
}: z.infer<typeof input>): Promise<{ value: number; unit: string; kind: string }> {
  const units = allUnits();
  const [source, target] = [find(units, from), find(units, to)];
  if (source.kind !== target.kind) {
    throw failure(
      "DIFFERENT_KINDS",
      `${from} is a unit of ${source.kind}, ${to} of ${target.kind}`,
    );
  }
  const base = (value + source.offset) * source.factor;
  if (source.kind === "temperature" && base < 0) {
    throw failure("OUT_OF_RANGE", "Nothing is colder than absolute zero");
  }
  const result = base / target.factor - target.offset;
  if (!Number.isFinite(result)) throw failure("OUT_OF_RANGE", "The result is too large");
  return { value: rounded(result), unit: target.name, kind: target.kind };
}

/** Every unit by each of its names. */
function allUnits(): Map<string, Unit> {
  const units = new Map<string, Unit>();
  const add = (names: string[], unit: Unit) => {
    for (const name of names) units.set(name, unit);
  };
  for (const [kind, text] of Object.entries(FACTORS)) {
    for (const entry of text.split(";")) {
      const words = entry.trim().split(/\s+/);
      const [name = "", names, factor] = [words[0], words.slice(0, -1), Number(words.at(-1))];
      add(names, { kind, name, factor, offset: 0 });
    }
  }
  const degrees = (name: string, factor: number, offset: number): Unit => ({
    kind: "temperature",
    name,
    factor,
    offset,
  });
  add(["K", "kelvin"], degrees("K", 1, 0));
  add(["°C", "C", "celsius"], degrees("°C", 1, CELSIUS));
  add(["°F", "F", "fahrenheit"], degrees("°F", STEP, FAHRENHEIT));
  return units;
}

/** Words in any case, symbols as they are written: an Mb is no MB. */
function find(units: Map<string, Unit>, asked: string): Unit {
  const name = asked.trim().replace(/\s+/g, "-");
  const exact = units.get(name);
  if (exact !== undefined) return exact;
  const lower = name.toLowerCase();
  const word = units.get(lower);
  if (word === undefined || lower.length < WORD) {
    throw failure("UNKNOWN_UNIT", `There is no unit "${asked}"`);
  }
  return word;
}

/** Binary fractions make 0.1 + 0.2 of what people measure; behind these digits there is nothing but that. */
function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS)) + 0;
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
