/**
 * The document of the routes.
 *
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
import { z } from "zod";
import { ANSWERS } from "./answers.ts";
import type { Answer, Route } from "./routes.ts";

type Json = Readonly<Record<string, unknown>>;

const ERROR: Json = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["message", "type", "param", "code"],
      properties: {
        message: { type: "string" },
        type: { type: "string" },
        param: { type: ["string", "null"] },
        code: { type: "string" },
      },
    },
  },
};

/** What every route may answer instead. */
const REFUSALS: Json = Object.fromEntries(
  Object.entries({
    400: "The request is not what the route takes.",
    401: "No proof of identity was sent.",
    403: "The caller may not do this.",
    404: "It does not exist.",
    429: "Too many requests, or a budget is spent.",
    503: "Not now: it is leaving, or full.",
  }).map(([status, description]) => [
    status,
    {
      description,
      content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
    },
  ]),
);

/** Of the interface, not of the program: it grows with what would break a client. */
const VERSION = "1.0.0";

export function openApiDocument(routes: readonly Route<unknown, unknown>[]): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  }
  return {
    openapi: "3.1.1",
    info: {
      ...{ title: "org", version: VERSION },
      summary: "Jobs, rooms, tools and models of a home.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: { Error: ERROR },
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "A token of org token create." },
        hmac: {
          ...{ type: "http", scheme: "ORG-HMAC-SHA256" },
          description: "A signature of the request; docs/api.md says how it is made.",
        },
      },
    },
  };
}

function operationOf({
  method,
  path,
  summary,
  scope,
  body,
  query,
  answers,
}: Route<unknown, unknown>) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const inPath = names.map((name) => ({
    ...{ name, in: "path", required: true },
    schema: { type: "string", minLength: 1, maxLength: 200 },
  }));
  const responses = Object.entries(answers).map(([status, answer]) => [status, answerOf(answer)]);
  return {
    operationId: `${method}${path.replaceAll(/[/{}_]+(\w?)/g, (_all, next: string) => next.toUpperCase())}`,
    summary,
    description:
      scope === undefined ? "Open to everybody who reaches the port." : `Needs the scope ${scope}.`,
    security: scope === undefined ? [] : [{ bearer: [] }, { hmac: [] }],
    parameters: [...inPath, ...queryOf(query)],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: schemaOf(body) } },
          },
        }),
    responses: { ...REFUSALS, ...Object.fromEntries(responses) },
  };
}

function answerOf({ description, type = "application/json", shape }: Answer): Json {
  const schema = shape === undefined ? {} : schemaOf(ANSWERS[shape], "output");
  return { description, content: { [type]: { schema } } };
}

function queryOf(query: z.ZodType | undefined): readonly Json[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = z
    .object({ properties: z.record(z.string(), z.unknown()), required: z.array(z.string()) })
    .partial()
    .parse(schemaOf(query));
  return Object.entries(properties).map(([name, schema]) => {
    return { name, in: "query", required: required.includes(name), schema };
  });
}

function schemaOf(schema: z.ZodType, io: "input" | "output" = "input"): Json {
  const { $schema: _schema, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
