/** Holds answers of the HTTP interface against its own document. */
import { z } from "zod";

const answerSchema = z.object({
  content: z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) })).optional(),
});
const documentSchema = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.looseObject({ responses: z.record(z.string(), answerSchema) })),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.record(z.string(), z.unknown())) }),
});

export class DescribedAnswers {
  readonly #document: z.infer<typeof documentSchema>;

  constructor(document: unknown) {
    this.#document = documentSchema.parse(document);
  }

  /** @returns what is wrong with an answer to a route, such as "/v1/jobs/{id}"; undefined where it is as described. */
  wrong(
    route: string,
    method: string,
    [status, body]: readonly [number, unknown],
  ): string | undefined {
    const described =
      this.#document.paths[route]?.[method.toLowerCase()]?.responses[String(status)];
    // A refusal before a route was found has the shape of all errors.
    const given = described?.content?.["application/json"]?.schema;
    const isError = status >= 400 || given?.["$ref"] !== undefined;
    const schema = isError ? this.#document.components.schemas["Error"] : given;
    if (schema === undefined) return `${method} ${route} says nothing of ${status}`;
    const parsed = z.fromJSONSchema(schema).safeParse(body);
    return parsed.success ? undefined : `${method} ${route}: ${z.prettifyError(parsed.error)}`;
  }
}
