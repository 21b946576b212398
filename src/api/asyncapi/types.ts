/** The parts of an AsyncAPI 3.0 document that StepCloud's has (https://www.asyncapi.com/docs/reference/specification/v3.0.0). */
export interface AsyncApi {
  readonly asyncapi: '3.0.0';
  readonly id: string;
  readonly info: { title: string; version: string; description: string; license: { name: string } };
  readonly defaultContentType: string;
  readonly servers: Record<string, Server>;
  readonly channels: Record<string, Channel>;
  readonly operations: Record<string, Operation>;
  readonly components: {
    readonly messages: Record<string, Message>;
    readonly parameters: Record<string, Parameter>;
    readonly schemas: Record<string, Schema>;
    readonly securitySchemes: Record<string, { type: string; description: string }>;
  };
}

export interface Reference {
  readonly $ref: string;
}

export interface Server {
  readonly host: string;
  readonly pathname?: string;
  readonly protocol: string;
  readonly protocolVersion: string;
  readonly description: string;
  readonly security: readonly Reference[];
  readonly bindings: object;
}

export interface Channel {
  readonly address: string;
  readonly title: string;
  readonly messages: Record<string, Reference>;
  readonly parameters: Record<string, Reference>;
}

export interface Operation {
  /** As the server sees it. */
  readonly action: 'receive' | 'send';
  readonly title: string;
  readonly channel: Reference;
  readonly messages: readonly Reference[];
  readonly bindings: object;
}

export interface Message {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly contentType: string;
  readonly payload: Schema;
  readonly examples: readonly { readonly payload: unknown }[];
}

export interface Parameter {
  readonly description: string;
  readonly examples: readonly string[];
}

/** The parts of JSON Schema (draft 7) that payloads are described by. */
export interface Schema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Record<string, Schema>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly patternProperties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly examples?: readonly unknown[];
  readonly [constraint: string]: unknown;
}
