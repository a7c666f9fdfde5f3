import { AsyncQueue } from "#core/async-queue.ts";

/** Whether a line speaks of the questions that personas ask. */
function isAnswer(line: string): boolean {
  return /^\/(?:approve|deny|approvals)(?:\s|$)/i.test(line);
}

/**
 * Lines in their order, but for those that answer a question: they are taken as soon as they come,
 * because the line before them may be waiting for just that answer.
 */
export function answersFirst(
  lines: AsyncIterable<string>,
  take: (line: string) => Promise<void>,
): AsyncIterable<string> {
  const others = new AsyncQueue<string>();
  const sort = async (): Promise<void> => {
    for await (const line of lines) {
      if (isAnswer(line)) await take(line);
      else others.push(line);
    }
  };
  void sort().finally(() => others.close());
  return others;
}
