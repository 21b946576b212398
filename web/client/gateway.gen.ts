// Made by `npm run types:api` from the OpenAPI document: never by hand.

export interface paths {
    "/gateway/api/v1/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send batch
         * @description The same as to publish the body over MQTT on `v1/gateways/{gatewayId}/batch`: docs/mqtt.md says what it means. It is JSON, plain or as gzip, up to 1048576 bytes as sent. The answer says that the message is safe, not that it is right: what cannot be stored becomes a dead letter. Without this answer, send it again: what was stored already is known again.
         */
        post: operations["postBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gateway/api/v1/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the configuration
         * @description What comes on `down/config` over MQTT, all at once: which devices the gateway has, whether their data are taken, and whether they are wanted. Send the `ETag` of the last answer as `If-None-Match`: while nothing has changed the answer is 304 and has no body, so that asking often costs little.
         */
        get: operations["getConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gateway/api/v1/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List devices
         * @description The devices of its office that the gateway has heard, by key. Ask now and then, and after a registration: the answer says whether it was taken.
         */
        get: operations["getDevices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gateway/api/v1/enrolment/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask to come in by a code
         * @description As RFC 8628 does: show `userCode`, or `verificationUriComplete` as a QR code, to a person who manages the office, and ask for the tokens with `deviceCode` until they come.
         */
        post: operations["postEnrolmentCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gateway/api/v1/enrolment/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask to come in by an enrolment key
         * @description For many gateways from one SD card image: the key says to which customer, and perhaps to which office. They still wait until a manager approves them, singly or in bulk.
         */
        post: operations["postEnrolmentKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gateway/api/v1/enrolment/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for the tokens
         * @description While nobody has decided, AUTHORIZATION_PENDING; asked before `interval` is over, SLOW_DOWN; turned away, ACCESS_DENIED; too late, EXPIRED_TOKEN. Once approved, the device code is the first refresh token: where the answer was lost, ask again.
         */
        post: operations["postEnrolmentToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gateway/api/v1/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what was refused
         * @description What comes on `down/errors` over MQTT: errors, of which a dead letter is kept, and warnings. Nothing counts as known by being read: acknowledge what was dealt with, or it comes again, here and over MQTT.
         */
        get: operations["getErrors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gateway/api/v1/errors/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Acknowledge what was refused
         * @description The gateway knows of these, and is not told again. One that was seen again since it was read is passed over, and so is what is not there or is known already.
         */
        post: operations["postErrorsAcknowledge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gateway/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send events
         * @description The same as to publish the body over MQTT on `v1/gateways/{gatewayId}/devices/{device}/events`: docs/mqtt.md says what it means. It is JSON, plain or as gzip, up to 33554432 bytes as sent. The answer says that the message is safe, not that it is right: what cannot be stored becomes a dead letter. Without this answer, send it again: what was stored already is known again.
         */
        post: operations["postEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gateway/api/v1/readings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send readings
         * @description The same as to publish the body over MQTT on `v1/gateways/{gatewayId}/devices/{device}/readings`: docs/mqtt.md says what it means. It is JSON, plain or as gzip, up to 1048576 bytes as sent. The answer says that the message is safe, not that it is right: what cannot be stored becomes a dead letter. Without this answer, send it again: what was stored already is known again.
         */
        post: operations["postReadings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gateway/api/v1/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refresh the tokens
         * @description After an outage that outlasted the access token; while it is connected, a gateway gets fresh ones over MQTT. Gives a new access token and a new refresh token. Where the answer was lost, ask again with the same one: it gives the same refresh token, until that was used. An older one is refused, and the managers of the gateway hear of it.
         */
        post: operations["postRefresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gateway/api/v1/registrations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send registrations
         * @description The same as to publish the body over MQTT on `v1/gateways/{gatewayId}/devices/{device}/registration`: docs/mqtt.md says what it means. It is JSON, plain or as gzip, up to 1048576 bytes as sent. The answer says that the message is safe, not that it is right: what cannot be stored becomes a dead letter. Without this answer, send it again: what was stored already is known again.
         */
        post: operations["postRegistrations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gateway/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read limits and their use
         * @description What comes on `down/session` over MQTT, but for a fresh token: that is got by `POST /refresh`. The time of the server, when the token ends, and how much of what a gateway may have is in use.
         */
        get: operations["getSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gateway/api/v1/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send status
         * @description The same as to publish the body over MQTT on `v1/gateways/{gatewayId}/status`: docs/mqtt.md says what it means. It is JSON, plain or as gzip, up to 1048576 bytes as sent. The answer says that the message is safe, not that it is right: what cannot be stored becomes a dead letter. Without this answer, send it again: what was stored already is known again.
         */
        post: operations["postStatus"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gateway/api/v1/test-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Test a token
         * @description Says which gateway the token speaks for and until when. Changes nothing.
         */
        get: operations["getTestToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A refusal or fault, as RFC 9457 describes it. */
        Problem: {
            /**
             * @description For programs: it does not change.
             * @example REQUEST_INVALID
             */
            code: string;
            /**
             * @description Of a deletion: how many of what stand in its way, or would go along.
             * @example {
             *       "members": 2
             *     }
             */
            counts?: {
                [key: string]: number;
            };
            /**
             * @description What to mend.
             * @example the query is not valid
             */
            detail: string;
            /** @description Each fault of the query, the path or the body, with the JSON pointer of its place. */
            errors?: {
                detail: string;
                /** @example /limit */
                pointer: string;
            }[];
            /** @description Names the request in our log; also in the header x-request-id. */
            requestId: string;
            /** @example 400 */
            status: number;
            /** @example the request does not have the shape that its route describes */
            title: string;
            /** @example urn:stepcloud:problem:REQUEST_INVALID */
            type: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    postBatch: {
        parameters: {
            query?: {
                /**
                 * @description The sender's own name for the message; dead letters show it.
                 * @example 42
                 */
                ref?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description A message of the kind `batch`. */
        requestBody: {
            content: {
                "application/gzip": unknown;
                "application/json": unknown;
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description The queue holds the message. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @description Names the message in dead letters.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        messageId: string;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getConfig: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All devices of the gateway; any other is none of its any more. */
            200: {
                headers: {
                    /** @description Names what the answer shows, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description True at subscription: all devices, or the first 500 of them. False later: further ones, or those that changed. */
                        complete: boolean;
                        devices: {
                            /** @description Its key on this gateway, not percent-encoded. */
                            device: string;
                            /** @description Its name for people; null where it has none. */
                            label: string | null;
                            /** @description Its model; null where it is not known. */
                            model: string | null;
                            /** @description Whether people watch it. */
                            monitored: boolean;
                            /**
                             * @description pending: kept, but nobody approved it yet. active: shown. refused: blocked or archived, and what comes of it is refused.
                             * @enum {unknown}
                             */
                            state: "pending" | "active" | "refused";
                        }[];
                    };
                };
            };
            /** @description It is what the gateway has already. */
            304: {
                headers: {
                    /** @description Names what the answer shows, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDevices: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of devices. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * @description Its name on this gateway.
                             * @example printer-1
                             */
                            key: string;
                            /**
                             * @description What people call it.
                             * @example Printer by the window
                             */
                            label: string | null;
                            /** @example PRO 4K UV385 */
                            model: string | null;
                            /** @description Whether its data are wanted. */
                            monitored: boolean;
                            /**
                             * @description Pending: its data are kept until somebody approves it, or it registers. Refused: its data are not taken, do not send them.
                             * @enum {unknown}
                             */
                            state: "pending" | "active" | "refused";
                        }[];
                        /** @description Leads to the next page; null on the last one. */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postEnrolmentCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uuid
                     * @description The id that it would like to have; it gets it if nobody else has it. Without one, it gets a new one.
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    gatewayId?: string;
                    /** @example Raspberry Pi 5 Model B Rev 1.0 */
                    hardwareVersion?: string;
                    /**
                     * @description What stands on its housing: people compare it.
                     * @example RPI5-00c0ffee
                     */
                    serialNumber?: string;
                    /**
                     * @description What runs on the gateway.
                     * @example 2.4.1
                     */
                    softwareVersion?: string;
                };
            };
        };
        responses: {
            /** @description The gateway waits for approval. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description A secret of the gateway, by which it asks for its tokens. Store it: it works after a restart too. */
                        deviceCode: string;
                        /**
                         * @description For how many seconds the gateway can be approved.
                         * @example 900
                         */
                        expiresIn: number;
                        /**
                         * @description Seconds to wait before asking for the tokens, each time.
                         * @example 5
                         */
                        interval: number;
                        /**
                         * @description What a person types.
                         * @example BCDF-GHJK
                         */
                        userCode: string;
                        /**
                         * @description Where a person types it.
                         * @example https://iot.example.org/enrol
                         */
                        verificationUri: string;
                        /**
                         * @description The same with the code in it, for a QR code.
                         * @example https://iot.example.org/enrol#code=BCDF-GHJK
                         */
                        verificationUriComplete: string;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postEnrolmentKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example scek_... */
                    enrolmentKey: string;
                    /**
                     * Format: uuid
                     * @description The id that it would like to have; it gets it if nobody else has it. Without one, it gets a new one.
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    gatewayId?: string;
                    /** @example Raspberry Pi 5 Model B Rev 1.0 */
                    hardwareVersion?: string;
                    /**
                     * @description What stands on its housing: people compare it.
                     * @example RPI5-00c0ffee
                     */
                    serialNumber?: string;
                    /**
                     * @description What runs on the gateway.
                     * @example 2.4.1
                     */
                    softwareVersion?: string;
                };
            };
        };
        responses: {
            /** @description The gateway waits for approval. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description A secret of the gateway, by which it asks for its tokens. Store it: it works after a restart too. */
                        deviceCode: string;
                        /**
                         * @description For how many seconds the gateway can be approved.
                         * @example 604800
                         */
                        expiresIn: number;
                        /**
                         * @description Seconds to wait before asking for the tokens, each time.
                         * @example 30
                         */
                        interval: number;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postEnrolmentToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    deviceCode: string;
                };
            };
        };
        responses: {
            /** @description The gateway was let in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @description When the access token ends.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        accessExpiresAt: string;
                        /** @description The password for MQTT, and the bearer token of this API. */
                        accessToken: string;
                        /**
                         * Format: uuid
                         * @description Its id from now on, and its user name for MQTT.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        gatewayId: string;
                        /** @description For the next refresh. Store it before you use the access token: it replaces the one before. */
                        refreshToken: string;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getErrors: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the gateway does not know yet. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The oldest first, 100 of each sort at most. */
                        items: {
                            /**
                             * @description For programs: it does not change.
                             *
                             *     - `TOPIC_UNKNOWN`: the topic names no known kind of message
                             *     - `TOPIC_FOREIGN`: the topic belongs to another gateway
                             *     - `DEVICE_BLOCKED`: the device is blocked or archived
                             *     - `DEVICE_LIMIT`: the gateway has too many devices that nobody approved yet
                             *     - `SENSOR_LIMIT`: the device has too many sensors
                             *     - `PAYLOAD_EMPTY`: the payload has no bytes
                             *     - `PAYLOAD_TOO_LARGE`: the payload is larger than its kind allows
                             *     - `PAYLOAD_NOT_JSON`: the payload is not one JSON document in UTF-8
                             *     - `PAYLOAD_TOO_DEEP`: the payload is nested too deeply
                             *     - `PAYLOAD_INVALID`: the payload does not have the shape of its kind
                             *     - `TEXT_INVALID`: a text is too long or has a character that cannot be stored
                             *     - `NUMBER_NOT_FINITE`: a number is beyond what a double can hold
                             *     - `TIME_INVALID`: a time is not ISO 8601 with a zone, nor epoch milliseconds, nor milliseconds since power-up
                             *     - `TIME_TOO_OLD`: a time lies before the accepted horizon
                             *     - `TIME_IN_FUTURE`: a time lies more than the accepted skew ahead
                             *     - `TIME_UNKNOWN`: a time is missing where it cannot be the time of receipt, or what it is counted from is
                             *     - `TYPE_MISMATCH`: the value has another type than its sensor
                             *     - `UNIT_MISMATCH`: the value has another unit than its sensor
                             *     - `VALUE_CONFLICT`: another value is already stored for this sensor and time
                             *     - `EVENT_CONFLICT`: another event is already stored under this id
                             *     - `MODEL_UNKNOWN`: no model of the catalogue has this identifier
                             *     - `STORAGE_REFUSED`: the database refused the item
                             *     - `FIELD_UNKNOWN`: the payload has a field that its kind does not know; it was ignored
                             * @enum {unknown}
                             */
                            code: "TOPIC_UNKNOWN" | "TOPIC_FOREIGN" | "DEVICE_BLOCKED" | "DEVICE_LIMIT" | "SENSOR_LIMIT" | "PAYLOAD_EMPTY" | "PAYLOAD_TOO_LARGE" | "PAYLOAD_NOT_JSON" | "PAYLOAD_TOO_DEEP" | "PAYLOAD_INVALID" | "TEXT_INVALID" | "NUMBER_NOT_FINITE" | "TIME_INVALID" | "TIME_TOO_OLD" | "TIME_IN_FUTURE" | "TIME_UNKNOWN" | "TYPE_MISMATCH" | "UNIT_MISMATCH" | "VALUE_CONFLICT" | "EVENT_CONFLICT" | "MODEL_UNKNOWN" | "STORAGE_REFUSED" | "FIELD_UNKNOWN";
                            /**
                             * Format: uuid
                             * @description Of the dead letter or warning: the same at a second delivery.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /**
                             * Format: uuid
                             * @description Of the message, made by the broker.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            messageId: string;
                            /** @description JSON pointer (RFC 6901) into its payload; empty for the whole of it. */
                            path: string;
                            /**
                             * Format: date-time
                             * @description When the broker took the message in.
                             * @example 2026-11-23T09:15:00.250Z
                             */
                            receivedAt: string;
                            /**
                             * @description The sender's own name for the message.
                             * @example 42
                             */
                            ref?: string;
                            /** @description Of an error: how often the same was refused. */
                            seen?: number;
                            /**
                             * @description error: not stored, a dead letter is kept of it. warning: stored, but not all of it was understood.
                             * @enum {unknown}
                             */
                            severity: "error" | "warning";
                            /** @description For people: what to mend. */
                            text: string;
                            /** @description Under which the message came. */
                            topic: string;
                        }[];
                        /** @description Whether there are further ones, which come when these are acknowledged. */
                        more: boolean;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postErrorsAcknowledge: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    items: {
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /**
                         * Format: date-time
                         * @description As it stood in the answer.
                         */
                        receivedAt: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description They are known. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description How many were. */
                        acknowledged: number;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postEvents: {
        parameters: {
            query: {
                /**
                 * @description The device's key on this gateway.
                 * @example printer-1
                 */
                device: string;
                /**
                 * @description The sender's own name for the message; dead letters show it.
                 * @example 42
                 */
                ref?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description A message of the kind `events`. */
        requestBody: {
            content: {
                "application/gzip": unknown;
                "application/json": unknown;
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description The queue holds the message. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @description Names the message in dead letters.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        messageId: string;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postReadings: {
        parameters: {
            query: {
                /**
                 * @description The device's key on this gateway.
                 * @example printer-1
                 */
                device: string;
                /**
                 * @description The sender's own name for the message; dead letters show it.
                 * @example 42
                 */
                ref?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description A message of the kind `readings`. */
        requestBody: {
            content: {
                "application/gzip": unknown;
                "application/json": unknown;
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description The queue holds the message. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @description Names the message in dead letters.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        messageId: string;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRefresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The newest one that the gateway has. */
                    refreshToken: string;
                    /**
                     * @description What runs on the gateway.
                     * @example 2.4.1
                     */
                    softwareVersion?: string;
                };
            };
        };
        responses: {
            /** @description The tokens of the gateway. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @description When the access token ends.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        accessExpiresAt: string;
                        /** @description The password for MQTT, and the bearer token of this API. */
                        accessToken: string;
                        /**
                         * Format: uuid
                         * @description Its id from now on, and its user name for MQTT.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        gatewayId: string;
                        /** @description For the next refresh. Store it before you use the access token: it replaces the one before. */
                        refreshToken: string;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postRegistrations: {
        parameters: {
            query: {
                /**
                 * @description The device's key on this gateway.
                 * @example printer-1
                 */
                device: string;
                /**
                 * @description The sender's own name for the message; dead letters show it.
                 * @example 42
                 */
                ref?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description A message of the kind `registration`. */
        requestBody: {
            content: {
                "application/gzip": unknown;
                "application/json": unknown;
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description The queue holds the message. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @description Names the message in dead letters.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        messageId: string;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How long the token lasts, and what the gateway may. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Since when it is read less often than it sends, and why; null while it is not. */
                        delayed: {
                            /**
                             * @description `gateway_rate`: the gateway sends more than one gateway may; `customer_rate`: the gateways of the customer send more than they may together; `backlog`: the server is behind with what was sent already.
                             * @enum {unknown}
                             */
                            reason: "gateway_rate" | "customer_rate" | "backlog";
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            since: string;
                        } | null;
                        /**
                         * Format: date-time
                         * @description When the connection ends.
                         * @example 2026-11-23T09:15:00.250Z
                         */
                        exp: string;
                        /**
                         * @description By name. `messagesPerSecond` and `bytesPerSecond` hold on average, and `used` is the average since the hour began; `burstMessages` and `burstBytes` may go at once after a pause. `customer...` is what all gateways of the customer may together.
                         * @example {
                         *       "messagesPerSecond": {
                         *         "limit": 1000,
                         *         "used": 2
                         *       },
                         *       "deadLetters": {
                         *         "limit": 10000,
                         *         "used": 12
                         *       }
                         *     }
                         */
                        limits: {
                            [key: string]: {
                                limit: number;
                                /** @description Missing where it is not counted. */
                                used?: number;
                            };
                        };
                        /** @description Largest PUBLISH that is taken in. */
                        maxPacketBytes: number;
                        /** @description Whether fresh tokens come here before exp. */
                        renewable: boolean;
                        /**
                         * Format: date-time
                         * @description The clock of the broker.
                         * @example 2026-11-23T09:15:00.250Z
                         */
                        serverTime: string;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    postStatus: {
        parameters: {
            query?: {
                /**
                 * @description The sender's own name for the message; dead letters show it.
                 * @example 42
                 */
                ref?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description A message of the kind `status`. */
        requestBody: {
            content: {
                "application/gzip": unknown;
                "application/json": unknown;
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description The queue holds the message. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @description Names the message in dead letters.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        messageId: string;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTestToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token is valid. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        customerId: string;
                        /**
                         * Format: date-time
                         * @description When the token ends.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        expiresAt: string;
                        /**
                         * Format: uuid
                         * @description Also the user name for MQTT.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        gatewayId: string;
                        /** @example Workshop 1 */
                        label: string | null;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        officeId: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        sessionId: string;
                    };
                };
            };
            /** @description A refusal. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
