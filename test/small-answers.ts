/** What a small model might say while it forges tools; in the shapes that it is held to. */

const field = (name: string, type: string) => ({ name, type, description: `the ${name}` });

export const contractAnswer = (more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    name: "median",
    description: "Finds the median of a list of numbers, the mean of the two in the middle.",
    input: [field("numbers", "list of numbers")],
    output: [field("median", "number")],
    failures: [],
    asks: ["what is the median", "the middle of a list"],
    ...more,
  });

export const inputsAnswer = (...inputs: readonly object[]): string => JSON.stringify({ inputs });

/** A program, as the lines that it is asked for. */
export const programAnswer = (code: string): string => JSON.stringify({ lines: code.split("\n") });

export const MEDIAN_INPUTS: string = inputsAnswer(
  { numbers: [3, 1, 2] },
  { numbers: [4, 1, 3, 2] },
  { numbers: [5] },
  { numbers: [10, 9, 8] },
  { numbers: [-1, -5, 2.5] },
  { numbers: [1, 1, 2, 9] },
);

/** Crashes for an empty list, as models write it. */
export const MEDIAN_BY_SORTING: string = programAnswer(`def median(numbers: list[float]) -> float:
    numbers = sorted(numbers)
    n = len(numbers)
    if n % 2 == 0:
        return (numbers[n // 2 - 1] + numbers[n // 2]) / 2
    return numbers[n // 2]`);

/** Forgets its import, and tries itself out. */
export const MEDIAN_BY_MODULE: string = programAnswer(`def median(numbers: list[float]) -> float:
    return statistics.median(numbers)

print(median([1, 2, 3]))`);

/** Takes the element in the middle, sorted or not. */
export const MEDIAN_UNSORTED: string = programAnswer(`def median(numbers: list[float]) -> float:
    return numbers[len(numbers) // 2]`);

export const SMALL_MEDIAN: readonly string[] = [
  contractAnswer(),
  MEDIAN_INPUTS,
  MEDIAN_BY_SORTING,
  MEDIAN_BY_MODULE,
];
