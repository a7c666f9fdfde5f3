/** The accessibility tree of a page, as Chromium tells it, brought down to what is read of it. */
import { z } from "zod";

const value = z.object({ value: z.unknown().optional() }).optional().catch(undefined);

const nodeSchema = z.object({
  nodeId: z.string(),
  ignored: z.boolean().default(false),
  role: value,
  name: value,
  value,
  properties: z.array(z.object({ name: z.string(), value })).default([]),
  childIds: z.array(z.string()).default([]),
  backendDOMNodeId: z.number().optional(),
});
const treeSchema = z.object({ nodes: z.array(nodeSchema) });

export interface AxNode {
  readonly id: string;
  /** It says nothing itself; what lies below it may. */
  readonly isIgnored: boolean;
  readonly role: string;
  readonly name: string;
  readonly value: string;
  readonly properties: ReadonlyMap<string, unknown>;
  /** Ids of the nodes below. */
  readonly children: readonly string[];
  /** Number of the element, as long as its document lives. */
  readonly element: number | undefined;
}

/** The nodes of one frame by their ids, and the first of them. */
export interface AxTree {
  readonly root: AxNode | undefined;
  readonly nodes: ReadonlyMap<string, AxNode>;
}

/** @param result of `Accessibility.getFullAXTree`; what does not look like one is an empty tree. */
export function readAxTree(result: unknown): AxTree {
  const read = treeSchema.safeParse(result).data?.nodes ?? [];
  const nodes = new Map(read.map((node) => [node.nodeId, nodeOf(node)]));
  return { root: nodes.get(read[0]?.nodeId ?? ""), nodes };
}

function nodeOf(node: z.infer<typeof nodeSchema>): AxNode {
  return {
    id: node.nodeId,
    isIgnored: node.ignored,
    role: textOf(node.role?.value),
    name: textOf(node.name?.value),
    value: textOf(node.value?.value),
    properties: new Map(node.properties.map((one) => [one.name, one.value?.value])),
    children: node.childIds,
    element: node.backendDOMNodeId,
  };
}

function textOf(read: unknown): string {
  return typeof read === "string" || typeof read === "number" ? String(read) : "";
}
