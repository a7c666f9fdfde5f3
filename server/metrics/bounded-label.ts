/** What stands for every value beyond those that a label may have. */
export const OTHER = "other";

export interface LabelOptions {
  /** Most different values, {@link OTHER} not counted. */
  readonly cap: number;
  /** Whether a value is one of ours; all others are {@link OTHER}. @default all are */
  readonly knows?: ((value: string) => boolean) | undefined;
}

/** Longer names, and those with anything else in them, would be text that was made up. */
const NAME = /^[\w.:/*-]{1,64}$/;

/**
 * The values of one label. Every value is a time series in the scraper, for as long as that keeps its
 * data, so there are only so many: the first that came, and one for the rest.
 *
 * @see https://prometheus.io/docs/practices/naming/#labels
 */
export class BoundedLabel {
  readonly #options: LabelOptions;
  readonly #values = new Set<string>();

  constructor(options: LabelOptions) {
    this.#options = options;
  }

  /** @returns the value itself, or {@link OTHER}. */
  of(value: string): string {
    const { cap, knows = () => true } = this.#options;
    if (this.#values.has(value)) return value;
    if (this.#values.size >= cap || !NAME.test(value) || !knows(value)) return OTHER;
    this.#values.add(value);
    return value;
  }
}
