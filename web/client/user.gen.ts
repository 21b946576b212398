// Made by `npm run types:api` from the OpenAPI document: never by hand.

export interface paths {
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the audit
         * @description Who did what in your customers and offices, on what, from where and when; and what concerns yourself, as your own sign-ins, which an API token does not show. Newest first.
         */
        get: operations["getAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your customers
         * @description Those that you are a member of, or of one of their offices.
         */
        get: operations["getCustomers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/customers/{customerId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a customer */
        get: operations["getCustomer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a customer
         * @description Changes what is given; null takes the VAT id away. For managers of all its offices. The contract level is set by admins of the installation.
         */
        patch: operations["patchCustomer"];
        trace?: never;
    };
    "/api/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List dead letters
         * @description What gateways sent and StepCloud did not store, newest first, with the reason; each is kept for 30 days after it was last seen. All conditions must hold; one seen several times was received from its first time to its last. A page has fewer items than `limit` where they are large.
         */
        get: operations["getDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{deadLetterId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a dead letter */
        get: operations["getDeadLetter"];
        put?: never;
        post?: never;
        /**
         * Discard a dead letter
         * @description It is deleted. Should the gateway send the same again, it is a new dead letter.
         */
        delete: operations["deleteDeadLetter"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{deadLetterId}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview the replay of a dead letter
         * @description What the same request to `replay` would come to by the rules of now; it changes nothing. The first 100 readings are compared with what is stored, the sensors of events and registrations with the units that their device has; whether there is another event of the same id is not told, nor how many devices and sensors there may be.
         */
        post: operations["postDeadLetterPreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/{deadLetterId}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay a dead letter, mended or not
         * @description Sends it as a new message of its gateway, under its topic or that of another kind or device. The dead letter is gone once the queue holds the message, and stays otherwise. The answer says that the message is safe, not that it is right: if it is refused again, a new dead letter has the new reason. A reading without a time gets the time at which the letter was first received. What was not kept as it came needs `item`; a topic that names no kind or device, `kind` and `deviceKey`. A status cannot be replayed.
         */
        post: operations["postDeadLetterReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Discard many dead letters
         * @description Those that are not there, or not yours, are passed over.
         */
        post: operations["postDeadLettersDiscard"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay many dead letters
         * @description Each by itself, so that one that cannot be sent costs no other. The answer says of each what became of it, in the same order; those beyond 16 MiB together are left for another request.
         */
        post: operations["postDeadLettersReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/device-models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List device models
         * @description What a device can be; by supplier, those of one by name. The catalogue is the same for all customers; admins of the installation keep it.
         */
        get: operations["getDeviceModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/device-models/{modelId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a device model */
        get: operations["getDeviceModel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/device-models/{modelId}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the picture of a device model
         * @description With an `ETag`: send it along as `If-None-Match`, and the answer is 304 while the picture is the same.
         */
        get: operations["getDeviceModelImage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List devices
         * @description The devices of your customers and offices. Those that are pending or archived are listed only when `state` asks for them.
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
    "/api/v1/devices/{deviceId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a device
         * @description Whatever its state: of one that is pending, its latest values and readings can be seen before it is approved.
         */
        get: operations["getDevice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a device
         * @description Changes what is given. A gateway of the office that it left makes a new device, pending, when it hears this key again. What is null has a next registration fill it in; where the device is reached (`networkAddress`) follows the newest registration anyway.
         */
        patch: operations["patchDevice"];
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/aggregates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Buckets of sensors of a device
         * @description What sensors measured, summed up by buckets of time, for charts and reports: never a reading left out, late ones included as soon as they are stored. Give the `width` of buckets, or how many points a chart has room for: then the finest width that makes no more is taken. Minimum and maximum of each bucket keep the shape of the curve.
         *
         *     Buckets are whole: the first is the one that holds `from`, and the last the one that holds the moment before `to`. Those of 2 hours and more begin where clocks of the time zone show 0, 2, 4 ..., a day at midnight, a week on Monday (ISO 8601); so a day has 23 or 25 hours when clocks are changed. Those of an hour and less are as long as they say, and the hour that comes twice in autumn has buckets of its own.
         *
         *     An answer has at most 10000 buckets, of all its sensors together.
         */
        get: operations["getDeviceAggregates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve a device
         * @description Takes a device that is pending into the lists and charts, with all that it has sent so far; or one that is blocked or archived back into service. A device that is active already answers CONFLICT: somebody approved it, or it registered.
         */
        post: operations["postDeviceApprove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Archive a device
         * @description For one that is out of service: as blocked, and not listed any more, unless archived ones are asked for. What it sent stays.
         */
        post: operations["postDeviceArchive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/block": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Block a device
         * @description Within 5 seconds its data are not taken any more: they become dead letters (DEVICE_BLOCKED), which can be replayed once it is approved again. What it sent before stays.
         */
        post: operations["postDeviceBlock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events of a device
         * @description What a device did, by the time it was recorded, with what its sensors measured in short. All conditions must hold.
         */
        get: operations["getDeviceEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/events/{eventId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show an event
         * @description An event with all its data, as it was sent; a series of numbers may be a million long: ask for it by itself, with `maxPoints`, to draw it.
         */
        get: operations["getDeviceEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/events/{eventId}/series": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A series of an event
         * @description What one sensor measured during an event, or a part of that, by time or by what it is drawn over. Where there are more points than `maxPoints`, the least and the greatest of equal slices are kept, and the first and the last: points as they were sent, so that no peak is lost.
         */
        get: operations["getDeviceEventSeries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/events/{eventId}/settings/comparison": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare the settings of two events
         * @description Value by value, down to the innermost: what is the same, what changed, and what only one of both has. The other event may be of another device. What events have been set to does not change, so neither does the answer, unless a part that was refused joins its event.
         */
        get: operations["getDeviceEventSettingsComparison"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Latest values of a device
         * @description The newest value of each sensor, by the time of measurement: late data does not replace a newer value. Each says how old it is, and whether its sensor has fallen silent.
         */
        get: operations["getDeviceLatest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/readings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readings of a device
         * @description What sensors of a device measured, by the time of measurement, exactly as it was sent. Data that comes late while pages are read shows up if it lies ahead, and never makes another reading come twice or not at all.
         */
        get: operations["getDeviceReadings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/sensors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the sensors of a device
         * @description Also those that were declared and have no value yet.
         */
        get: operations["getDeviceSensors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change a sensor
         * @description Changes what is given, and no value that is stored. A unit is given once, where none is known: it says what the values are in, those that are stored too. What the sensor measures decides how its values are summed up, past ones too. The label is its name on the gateway, and never changes.
         */
        patch: operations["patchDeviceSensors"];
        trace?: never;
    };
    "/api/v1/devices/{deviceId}/settings/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The history of a setting
         * @description What a setting of a device was, or a part of it, event by event: which value was it printed with, and since when.
         */
        get: operations["getDeviceSettingsHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/devices/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve many devices
         * @description Each by itself, so that one refusal costs no other. The answer says of each what became of it, in the same order.
         */
        post: operations["postDevicesApprove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrolment-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List enrolment keys
         * @description Those that were not revoked, the newest first by default; never the keys themselves.
         */
        get: operations["getEnrolmentKeys"];
        put?: never;
        /**
         * Create an enrolment key
         * @description For an SD card image: gateways that come by this key ask to come in to this customer, or to this one office, and wait until somebody approves them. The key is shown only now.
         */
        post: operations["postEnrolmentKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrolment-keys/{enrolmentKeyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke an enrolment key
         * @description Nobody can ask by it any more. Gateways that were approved stay; those that wait still have to be approved or denied.
         */
        delete: operations["deleteEnrolmentKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrolments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List enrolments
         * @description Gateways that asked to come in by a key of your customers and offices, and those that came by a code once they were approved; the newest first by default. What nobody decided in time is left out.
         */
        get: operations["getEnrolments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrolments/{enrolmentId}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve a gateway that came by a key */
        post: operations["postEnrolmentApprove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrolments/{enrolmentId}/deny": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turn away a gateway that came by a key */
        post: operations["postEnrolmentDeny"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrolments/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve many gateways that came by keys
         * @description Each as a new gateway, in this office or in that of its key; each by itself, so that one refusal costs no other. The answer says of each what became of it, in the same order.
         */
        post: operations["postEnrolmentsApprove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrolments/code/{userCode}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the gateway that waits under a code
         * @description For a person who stands before it, to compare before approving. Needs the role manager anywhere. Tries are limited, so that codes cannot be guessed.
         */
        get: operations["getEnrolmentsCode"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrolments/code/{userCode}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve the gateway that waits under a code */
        post: operations["postEnrolmentsCodeApprove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrolments/code/{userCode}/deny": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turn away the gateway that waits under a code */
        post: operations["postEnrolmentsCodeDeny"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Events of many devices
         * @description What devices did, by the time it was recorded, with what their sensors measured in short: all devices of your customers and offices, or what you narrow it to; devices that are pending or archived are left out. All conditions must hold.
         */
        get: operations["getEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export events
         * @description Events with their attributes and what their sensors measured in short: by device, time and id. Of all your devices but those that are pending, or of those that you name, whatever their state. However much it is, it comes in one answer, as fast as it is read. What arrives meanwhile moves nothing and stands in it once or not at all.
         */
        get: operations["getEventsExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gateways": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List gateways
         * @description The gateways of your customers and offices that are in use.
         */
        get: operations["getGateways"];
        put?: never;
        /**
         * Create a gateway by hand
         * @description Makes a gateway and its first tokens, which are shown only now: put them on the gateway. Where a gateway can ask by itself, enrolment is less work.
         */
        post: operations["postGateways"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gateways/{gatewayId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a gateway */
        get: operations["getGateway"];
        put?: never;
        post?: never;
        /**
         * Delete a gateway
         * @description Its sessions end, and it is not listed any more. What it sent stays, and so do its books; what was acknowledged is still stored.
         */
        delete: operations["deleteGateway"];
        options?: never;
        head?: never;
        /**
         * Change a gateway
         * @description Changes what is given. In another office it hears other devices, even of the same name: what it sent so far stays with the devices of the old one.
         */
        patch: operations["patchGateway"];
        trace?: never;
    };
    "/api/v1/gateways/{gatewayId}/connectivity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * When a gateway was online
         * @description The periods in which the gateway was online that reach into the span, whole and newest first, and the connections that are open now. A gateway is online while it has an open MQTT connection; one that is back within 60 seconds was never offline, unless its access was taken back.
         */
        get: operations["getGatewayConnectivity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gateways/{gatewayId}/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The books of a gateway
         * @description What became of every message that the gateway sent and the broker acknowledged, by hour or day of receipt, newest first; hours and days in which nothing came are left out. Each message is numbered by the broker and counted once, with one outcome; items are the single values and the events in it, and are counted apart. Hours and days are whole: the first is the one that holds `from`, the last the one that holds `to`. Hours are those of UTC; one that two days of a time zone share belongs to the day in which it begins.
         */
        get: operations["getGatewayLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gateways/{gatewayId}/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Limits of a gateway
         * @description What the gateway may, how much of it is in use, and whether it is delayed: who sends more than it may is read less often, and nothing of it is lost.
         */
        get: operations["getGatewayLimits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gateways/{gatewayId}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the sessions of a gateway
         * @description Those that stand, the newest first by default: since when, from where, with which software.
         */
        get: operations["getGatewaySessions"];
        put?: never;
        /**
         * Issue tokens for a gateway
         * @description Opens a session by hand. Renewable tokens are for software that can renew them; for stock clients and bridges that cannot, one long-lived token. The tokens are shown only now.
         */
        post: operations["postGatewaySessions"];
        /**
         * End all sessions of a gateway
         * @description The gateway stays, and is cut off until it is given tokens again or enrolled anew.
         */
        delete: operations["deleteGatewaySessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gateways/{gatewayId}/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End a session
         * @description Its tokens open nothing any more; a live connection is closed within 2 seconds.
         */
        delete: operations["deleteGatewaySession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gateways/{gatewayId}/sessions/{sessionId}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace the tokens of a session
         * @description Opens a session of the same kind, label and length with fresh tokens, which are shown only now, and ends this one: whoever has its tokens is cut off within 2 seconds.
         */
        post: operations["postGatewaySessionRotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/gateways/{gatewayId}/warnings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What of the messages of a gateway is ignored
         * @description Fields that StepCloud does not know, as of firmware that is newer than the server: the rest of such a message is stored. Each stands here once, the last seen first; up to 100 of a gateway, for 30 days after they were seen last, or as the operator set it.
         */
        get: operations["getGatewayWarnings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Latest values of many devices
         * @description The newest value of each sensor, by the time of measurement: late data does not replace a newer value. Each says how old it is, and whether its sensor has fallen silent. Of all devices of your customers and offices, or what you narrow it to; devices that are pending or archived are left out.
         */
        get: operations["getLatest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The books of all gateways together
         * @description What became of the messages of all gateways that you may see, deleted ones too, received since the begin of the hour that holds `from`. Ask again with the same `from` and take the difference by `asOf`: that is how much comes in now.
         */
        get: operations["getLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login/access-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in
         * @description Takes an email address and a password, as a form. Gives an access token, which lives 15 minutes, and a refresh token for the next one; the session ends after 30 days without a refresh. Wrong passwords in a row slow down what follows for the same address.
         */
        post: operations["postLoginAccessToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/login/refresh": {
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
         * @description Gives a new access token and a new refresh token, which replaces the one that is sent. Where the answer was lost, ask again with the same one: it gives the same refresh token, until that was used. An older one ends the session, since it was copied. A web page of this host sends the cookie and gets a new cookie.
         */
        post: operations["postLoginRefresh"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Ends this session, on every process at once: neither its access token nor its refresh token is good any more. Takes the cookie away.
         */
        post: operations["postLogout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logout/everywhere": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out everywhere
         * @description Ends all your sessions, this one too.
         */
        post: operations["postLogoutEverywhere"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Search logs
         * @description Lines of the logs of events, of all devices of your customers and offices, or what you narrow it to; devices that are pending or archived are left out: events newest first, or oldest first, and the lines of each in the order they were sent. A page searches a bounded amount of logs: go on until `nextCursor` is null.
         */
        get: operations["getLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/logs/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export logs
         * @description Logs of events, line by line: by device, time and id of their event, then by level and label. Of all your devices but those that are pending, or of those that you name, whatever their state. However much it is, it comes in one answer, as fast as it is read. What arrives meanwhile moves nothing and stands in it once or not at all.
         */
        get: operations["getLogsExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who you are
         * @description Who asks, and the customers and offices whose data they may see; by an API token, only what that is for.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change your name
         * @description The name that others see.
         */
        patch: operations["patchMe"];
        trace?: never;
    };
    "/api/v1/me/api-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your API tokens
         * @description Those that were not revoked, also when they have expired, the newest first by default; never the tokens themselves.
         */
        get: operations["getMeApiTokens"];
        put?: never;
        /**
         * Create an API token
         * @description For a script: it is sent as `Authorization: Bearer scat_...` like an access token, and does not have to be renewed. It opens what you may, within one customer or one of its offices and up to a role; what you lose it loses too. It cannot change your account, members or tokens, and is shown only now. You may have 50 at a time.
         */
        post: operations["postMeApiTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/api-tokens/{apiTokenId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke one of your API tokens
         * @description For good, at once; streams that were opened by it end too.
         */
        delete: operations["deleteMeApiToken"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change your password
         * @description Ends all your other sessions, and a mail tells you of it. A wrong current password counts as one at sign-in.
         */
        post: operations["postMePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List your sessions
         * @description Where you are signed in: since when, from where and with which program; the newest first by default.
         */
        get: operations["getMeSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/sessions/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End one of your sessions
         * @description Signs that browser or program out, as if it had signed out itself.
         */
        delete: operations["deleteMeSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List members
         * @description Who has which role in your customers and offices. A manager of an office sees those of that office alone.
         */
        get: operations["getMembers"];
        put?: never;
        /**
         * Add a member
         * @description Gives a person a role in a customer or in one of its offices, and sends a mail about it: with a link to set a password, good for 7 days, where that was not done yet. The answer is the same whether or not the person has an account here already; one who has keeps the names.
         */
        post: operations["postMembers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/members/{membershipId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a member */
        get: operations["getMember"];
        put?: never;
        post?: never;
        /**
         * Remove a member
         * @description Takes this role from the person, from the next request on; other roles and the account stay. Somebody must be left who manages the place.
         */
        delete: operations["deleteMember"];
        options?: never;
        head?: never;
        /**
         * Change the role of a member
         * @description Counts from the next request of that person on. Somebody must be left who manages the place.
         */
        patch: operations["patchMember"];
        trace?: never;
    };
    "/api/v1/offices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List offices
         * @description The offices of your customers, as far as you are a member there.
         */
        get: operations["getOffices"];
        put?: never;
        /**
         * Create an office
         * @description For managers of the whole customer.
         */
        post: operations["postOffices"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/offices/{officeId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show an office */
        get: operations["getOffice"];
        put?: never;
        post?: never;
        /**
         * Delete an office
         * @description Only one without gateways, deleted ones too, and devices: what they sent is kept. Members whose role is for this office alone, enrolment keys for it and API tokens for it go along, which wants `confirm`. For managers of the whole customer.
         */
        delete: operations["deleteOffice"];
        options?: never;
        head?: never;
        /**
         * Change an office
         * @description Changes what is given; null takes a detail away.
         */
        patch: operations["patchOffice"];
        trace?: never;
    };
    "/api/v1/password/recovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a link to set a new password
         * @description Sends a mail with a link that works once, for 30 minutes, if the address is that of a user; the answer is the same if not. Three mails an hour at most. A newer link takes the place of an older one.
         */
        post: operations["postPasswordRecovery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password by a link
         * @description Takes the token of a link that came by mail. Ends all sessions of the user, and does not sign in: the new password does. A mail tells the user of it.
         */
        post: operations["postPasswordReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/readings/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export readings
         * @description Readings of many sensors: by device and label, then by time. Of all your devices but those that are pending, or of those that you name, whatever their state. However much it is, it comes in one answer, as fast as it is read. What arrives meanwhile moves nothing and stands in it once or not at all.
         */
        get: operations["getReadingsExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Live events
         * @description Server-sent events of the devices and gateways that are named, from now on. After a cut, connect again with the id of the last event in `Last-Event-ID` (browsers do that by themselves): nothing is missing then, and nothing comes twice. `docs/live.md` has an example.
         *
         *     | event | data |
         *     |---|---|
         *     | `ready` | `serverTime`, `resumed`. All that is stored from now on will come: what was before is read from the other routes, after this event. |
         *     | `readings` | `deviceId` and `readings`: each `label`, `unit`, `valueType`, `value`, `recordedAt`, `receivedAt`, in the order in which they were stored. Late data comes as well. |
         *     | `event` | `deviceId`, `eventId`, `type`, `outcome`, `recordedAt` of an event that is new or got new parts. |
         *     | `dead-letter` | `gatewayId`, `deviceKey`, `code`, `detail`, `ref`, `seen` of what was refused: all of a gateway that is named, and that of the devices that are. |
         *     | `connectivity` | `gatewayId`, `online`, `onlineSince`, `offlineSince` of these gateways and of those that hear these devices: after `ready` and when it changes. A gateway that begins to hear one of them is shown within some ten seconds, and what is refused of it from then on. A state and no message: it has no id. |
         *     | `slow` | `heldUpMs`: the reader took nothing for so long, and gets now what has waited. |
         *     | `gap` | `from`, `to`: what was stored in between may be missing here, since the stream was away for more than 14 minutes or the database has crashed. It is in the other routes. |
         *     | `beat` | `serverTime`, every 15 s. |
         *     | `end` | `reason`: the session or API token was ended or something of this is not yours any more. |
         */
        get: operations["getStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/suppliers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List suppliers
         * @description Who makes the device models of the catalogue.
         */
        get: operations["getSuppliers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/suppliers/{supplierId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a supplier */
        get: operations["getSupplier"];
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
    getAudit: {
        parameters: {
            query?: {
                /** @description Only this action. */
                action?: "user.login" | "user.login_failed" | "user.logout" | "user.logout_everywhere" | "user.refresh_reused" | "user.password_changed" | "user.recovery_requested" | "user.password_reset" | "user.created" | "user.deactivated" | "user.activated" | "user.admin_granted" | "user.admin_revoked" | "user.changed" | "user.deleted" | "membership.created" | "membership.changed" | "membership.deleted" | "customer.created" | "customer.changed" | "customer.deleted" | "customer.suspended" | "customer.resumed" | "office.created" | "office.changed" | "office.deleted" | "gateway.created" | "gateway.changed" | "gateway.deleted" | "gateway.hardware_replaced" | "gateway.tokens_issued" | "gateway.refresh_refused" | "connection.kicked" | "device.approved" | "device.registered" | "device.changed" | "device.blocked" | "device.archived" | "sensor.changed" | "session.rotated" | "session.revoked" | "api_token.created" | "api_token.revoked" | "enrolment.approved" | "enrolment.denied" | "enrolment_key.created" | "enrolment_key.revoked" | "supplier.created" | "supplier.changed" | "supplier.deleted" | "device_model.created" | "device_model.changed" | "device_model.deleted" | "model_identifier.created" | "model_identifier.changed" | "model_identifier.deleted" | "dead_letter.discarded" | "dead_letter.replayed" | "keys.rotated" | "keys.retired" | "queue.retried" | "maintenance.requested";
                /**
                 * @description Only what this user or gateway did.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                actorId?: string;
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /**
                 * @description Begin, inclusive: ISO 8601 with a zone. Without it, 30 days before `to`.
                 * @example 2026-11-23T09:15:00Z
                 */
                from?: string;
                /** @description Items of a page. */
                limit?: number;
                /**
                 * @description Only what was done to this user, gateway ...
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                subjectId?: string;
                /**
                 * @description End, exclusive: ISO 8601 with a zone. Without it, now.
                 * @example 2026-11-23T09:15:00Z
                 */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the audit. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * @description What was done.
                             * @example membership.created
                             */
                            action: string;
                            actor: {
                                /**
                                 * Format: uuid
                                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                                 */
                                id: string | null;
                                /**
                                 * @description An operator has a shell on a machine of the installation; nobody is somebody who did not sign in.
                                 * @enum {unknown}
                                 */
                                kind: "user" | "gateway" | "operator" | "nobody";
                                /** @description As it was at that time. */
                                name: string | null;
                            };
                            /**
                             * @description From where.
                             * @example 203.0.113.7
                             */
                            address: string | null;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            at: string;
                            /**
                             * Format: uuid
                             * @description Whose affair it is; null for what concerns no customer.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            customerId: string | null;
                            /**
                             * @description More of what was done.
                             * @example {
                             *       "role": "operator"
                             *     }
                             */
                            detail: {
                                [key: string]: string | number | boolean | null;
                            };
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            officeId: string | null;
                            /** @description What it was done to; null where that is the actor. */
                            subject: {
                                /**
                                 * Format: uuid
                                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                                 */
                                id: string | null;
                                /** @example user */
                                kind: string;
                                /** @description As it was at that time. */
                                name: string | null;
                            } | null;
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
    getCustomers: {
        parameters: {
            query?: {
                /** @description Only customers of this level. May be repeated: any of them. */
                contractLevel?: string[];
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
                /** @description Only those with this in their name, in upper or lower case. */
                q?: string;
                /** @description In which order; with a `-`, the other way around. */
                sort?: "id" | "name" | "createdAt" | "-id" | "-name" | "-createdAt";
                /** @description Only the customer with this VAT id. May be repeated: any of them. */
                vatId?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of customers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description What was agreed with the operator of this installation. */
                            contractLevel: string | null;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            createdAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /** @example Example Dental Lab */
                            name: string;
                            /** @example DE123456789 */
                            vatId: string | null;
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
    getCustomer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A customer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What was agreed with the operator of this installation. */
                        contractLevel: string | null;
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /** @example Example Dental Lab */
                        name: string;
                        /** @example DE123456789 */
                        vatId: string | null;
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
    patchCustomer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example Example Dental Lab */
                    name?: string;
                    /** @example DE123456789 */
                    vatId?: string | null;
                };
            };
        };
        responses: {
            /** @description A customer. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description What was agreed with the operator of this installation. */
                        contractLevel: string | null;
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /** @example Example Dental Lab */
                        name: string;
                        /** @example DE123456789 */
                        vatId: string | null;
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
    getDeadLetters: {
        parameters: {
            query?: {
                /** @description Only what was refused for this reason. */
                code?: "TOPIC_UNKNOWN" | "TOPIC_FOREIGN" | "DEVICE_BLOCKED" | "DEVICE_LIMIT" | "SENSOR_LIMIT" | "PAYLOAD_EMPTY" | "PAYLOAD_TOO_LARGE" | "PAYLOAD_NOT_JSON" | "PAYLOAD_TOO_DEEP" | "PAYLOAD_INVALID" | "TEXT_INVALID" | "NUMBER_NOT_FINITE" | "TIME_INVALID" | "TIME_TOO_OLD" | "TIME_IN_FUTURE" | "TIME_UNKNOWN" | "TYPE_MISMATCH" | "UNIT_MISMATCH" | "VALUE_CONFLICT" | "EVENT_CONFLICT" | "MODEL_UNKNOWN" | "STORAGE_REFUSED";
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /**
                 * @description Only what gateways of this customer sent.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                customerId?: string;
                /** @description Only what is about the device of this name. */
                deviceKey?: string;
                /**
                 * @description Begin, inclusive: ISO 8601 with a zone. Without it, 30 days before `to`.
                 * @example 2026-11-23T09:15:00Z
                 */
                from?: string;
                /**
                 * @description Only what this gateway sent.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                gatewayId?: string;
                /** @description Items of a page. */
                limit?: number;
                /**
                 * @description Only what gateways sent that are in this office now.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                officeId?: string;
                /** @description Only what has this name of the sender's. */
                ref?: string;
                /**
                 * @description End, exclusive: ISO 8601 with a zone. Without it, now.
                 * @example 2026-11-23T09:15:00Z
                 */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of dead letters. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * @description Why it was refused.
                             * @example TYPE_MISMATCH
                             */
                            code: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            customerId: string;
                            /** @description What to mend. */
                            detail: string;
                            /** @description The name of the device on its gateway; null where the topic names none. */
                            deviceKey: string | null;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            firstReceivedAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            gatewayId: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /** @description What was refused, byte for byte as far as it was kept. */
                            item: string;
                            /**
                             * @description How the bytes of `item` are written: as text where they are text.
                             * @enum {unknown}
                             */
                            itemEncoding: "utf8" | "base64";
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            lastReceivedAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            messageId: string;
                            /**
                             * @description Where in the payload: a JSON pointer.
                             * @example /values/temperature
                             */
                            path: string;
                            /** @description The sender's own name for the message. */
                            ref: string | null;
                            /** @description How often the same item was refused for the same reason. */
                            seen: number;
                            /** @description Bytes of the item as it came; more than `item` has where only its begin was kept. */
                            size: number;
                            /** @description Where the gateway sent it. */
                            topic: string;
                        }[];
                        /** @description Leads to the next page; null on the last one. */
                        nextCursor: string | null;
                        /** @description Refused items of these gateways that were only counted, since too many were kept already; whatever their code. */
                        overflow: number;
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
    getDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deadLetterId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dead letter. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Why it was refused.
                         * @example TYPE_MISMATCH
                         */
                        code: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        customerId: string;
                        /** @description What to mend. */
                        detail: string;
                        /** @description The name of the device on its gateway; null where the topic names none. */
                        deviceKey: string | null;
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        firstReceivedAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        gatewayId: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /** @description What was refused, byte for byte as far as it was kept. */
                        item: string;
                        /**
                         * @description How the bytes of `item` are written: as text where they are text.
                         * @enum {unknown}
                         */
                        itemEncoding: "utf8" | "base64";
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        lastReceivedAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        messageId: string;
                        /**
                         * @description Where in the payload: a JSON pointer.
                         * @example /values/temperature
                         */
                        path: string;
                        /** @description The sender's own name for the message. */
                        ref: string | null;
                        /** @description How often the same item was refused for the same reason. */
                        seen: number;
                        /** @description Bytes of the item as it came; more than `item` has where only its begin was kept. */
                        size: number;
                        /** @description Where the gateway sent it. */
                        topic: string;
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
    deleteDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deadLetterId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dead letter is gone. */
            204: {
                headers: {
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
    postDeadLetterPreview: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deadLetterId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The device that it is about, by its name on the gateway; without it, that of its topic. */
                    deviceKey?: string;
                    /**
                     * @description The mended item, a JSON text; without it, the item as it was kept.
                     * @example {"ts": 1795428900000, "values": {"temperature": 23.5}}
                     */
                    item?: string;
                    /**
                     * @description What kind of message it is; without it, that of its topic.
                     * @enum {unknown}
                     */
                    kind?: "readings" | "events" | "registration";
                    /**
                     * @description Milliseconds to add to every time of readings and events, as after a clock that was wrong.
                     * @example 3600000
                     */
                    shiftMs?: number;
                    /**
                     * @description For the sensors of events and registrations that name a unit.
                     * @example kg
                     */
                    unit?: string;
                };
            };
        };
        responses: {
            /** @description What it would come to. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description How many there are of each, shown or not. */
                        counts: {
                            events: number;
                            readings: number;
                            refusals: number;
                        };
                        /** @description The device that it is about; null where it is about none. */
                        deviceKey: string | null;
                        /** @description Events, 100 at most, with how many parts of them are right. */
                        events: {
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            logs: number;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            recordedAt: string;
                            sensors: number;
                            settings: number;
                            /** @example performed_task */
                            type: string;
                        }[];
                        /** @description Values that would be stored, 100 at most. */
                        readings: {
                            /** @description Whether the same value is stored already. */
                            duplicate: boolean;
                            /** @example temperature */
                            label: string;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            recordedAt: string;
                            value: number | boolean | string;
                        }[];
                        /** @description What would be refused again, and why; 100 at most. */
                        refusals: {
                            /** @example TIME_TOO_OLD */
                            code: string;
                            detail: string;
                            path: string;
                        }[];
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
    postDeadLetterReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deadLetterId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The device that it is about, by its name on the gateway; without it, that of its topic. */
                    deviceKey?: string;
                    /**
                     * @description The mended item, a JSON text; without it, the item as it was kept.
                     * @example {"ts": 1795428900000, "values": {"temperature": 23.5}}
                     */
                    item?: string;
                    /**
                     * @description What kind of message it is; without it, that of its topic.
                     * @enum {unknown}
                     */
                    kind?: "readings" | "events" | "registration";
                    /**
                     * @description Milliseconds to add to every time of readings and events, as after a clock that was wrong.
                     * @example 3600000
                     */
                    shiftMs?: number;
                    /**
                     * @description For the sensors of events and registrations that name a unit.
                     * @example kg
                     */
                    unit?: string;
                };
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
    postDeadLettersDiscard: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ids: string[];
                };
            };
        };
        responses: {
            /** @description They are gone. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description How many were. */
                        discarded: number;
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
    postDeadLettersReplay: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ids: string[];
                    /**
                     * @description Milliseconds to add to every time of readings and events, as after a clock that was wrong.
                     * @example 3600000
                     */
                    shiftMs?: number;
                    /**
                     * @description For the sensors of events and registrations that name a unit.
                     * @example kg
                     */
                    unit?: string;
                };
            };
        };
        responses: {
            /** @description What became of each. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * @description Why it was not sent; null if it was.
                             * @example CONFLICT
                             */
                            code: string | null;
                            detail: string | null;
                            /**
                             * Format: uuid
                             * @description Of the dead letter.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /**
                             * Format: uuid
                             * @description Of the message that it was sent as; null if it was not.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            messageId: string | null;
                        }[];
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
    getDeviceModels: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /**
                 * @description Only the model that a registration by this name means: the one with exactly this identifier, else the one where only upper and lower case differ.
                 * @example MAX UV385
                 */
                identifier?: string;
                /** @description Items of a page. */
                limit?: number;
                /** @description Only those with this in their name, their supplier or an identifier, in upper or lower case. */
                q?: string;
                /** @description In which order; with a `-`, the other way around. */
                sort?: "supplier" | "name" | "id" | "-supplier" | "-name" | "-id";
                /** @description Only models of this supplier. May be repeated: any of them. */
                supplierId?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of device models. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * Format: uuid
                             * @description What a device has as `modelId`.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /**
                             * @description What gateways may call it when they register a device; in upper or lower case, as long as only one model is meant.
                             * @example [
                             *       "MAX UV385"
                             *     ]
                             */
                            identifiers: string[];
                            /**
                             * @description Where its picture is, for whoever is signed in; null where there is none.
                             * @example /api/v1/device-models/01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f/image
                             */
                            imageUrl: string | null;
                            /** @example MAX UV385 */
                            name: string;
                            /** @example Asiga */
                            supplier: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            supplierId: string;
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
    getDeviceModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                modelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A device model. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @description What a device has as `modelId`.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /**
                         * @description What gateways may call it when they register a device; in upper or lower case, as long as only one model is meant.
                         * @example [
                         *       "MAX UV385"
                         *     ]
                         */
                        identifiers: string[];
                        /**
                         * @description Where its picture is, for whoever is signed in; null where there is none.
                         * @example /api/v1/device-models/01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f/image
                         */
                        imageUrl: string | null;
                        /** @example MAX UV385 */
                        name: string;
                        /** @example Asiga */
                        supplier: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        supplierId: string;
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
    getDeviceModelImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                modelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture. */
            200: {
                headers: {
                    /** @description Names what the answer shows, for `If-None-Match`. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": unknown;
                    "image/png": unknown;
                    "image/webp": unknown;
                };
            };
            /** @description The picture is the one that the caller has. */
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
                /** @description Only devices of this customer. May be repeated: any of them. */
                customerId?: string[];
                /** @description Only devices that this gateway has heard. May be repeated: any of them. */
                gatewayId?: string[];
                /** @description Only the devices that their gateways call so. May be repeated: any of them. */
                key?: string[];
                /** @description Items of a page. */
                limit?: number;
                /** @description Only devices of this model. May be repeated: any of them. */
                modelId?: string[];
                /** @description Only those whose data is wanted, or is not. */
                monitoring?: boolean;
                /** @description Only devices of this office. May be repeated: any of them. */
                officeId?: string[];
                /** @description Only those with this in their key, label or serial number, in upper or lower case. */
                q?: string;
                /** @description Only devices with this serial number. May be repeated: any of them. */
                serialNumber?: string[];
                /** @description In which order; with a `-`, the other way around. */
                sort?: "id" | "key" | "label" | "officeName" | "serialNumber" | "createdAt" | "lastHeardAt" | "-id" | "-key" | "-label" | "-officeName" | "-serialNumber" | "-createdAt" | "-lastHeardAt";
                /** @description Only devices in this state. May be repeated: any of them. */
                state?: ("pending" | "active" | "blocked" | "archived")[];
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
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            createdAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            customerId: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /**
                             * @description Its name on its gateway.
                             * @example SN-4711
                             */
                            key: string;
                            /** @example Printer by the window */
                            label: string | null;
                            /**
                             * Format: date-time
                             * @description When something of it last arrived here, to the minute; null before the first time.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            lastHeardAt: string | null;
                            model: {
                                /**
                                 * Format: uuid
                                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                                 */
                                id: string;
                                /** @example Form 4 */
                                name: string;
                                /** @example Formlabs */
                                supplier: string;
                            } | null;
                            /** @description Whether its data is wanted. */
                            monitoring: boolean;
                            /**
                             * Format: date-time
                             * @description The newest time at which something of it was measured, or an event ended; null before the first.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            newestRecordedAt: string | null;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            officeId: string;
                            officeName: string;
                            serialNumber: string | null;
                            /**
                             * @description A device that a gateway heard and nobody approved yet is pending.
                             * @enum {unknown}
                             */
                            state: "pending" | "active" | "blocked" | "archived";
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
    getDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A device, with what stands in no list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        customerId: string;
                        /** @description The gateways that have heard it, the last one first; all of them mean this one device. */
                        heardBy: {
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            firstHeardAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            gatewayId: string;
                            /** @example Workshop 1 */
                            label: string | null;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            lastHeardAt: string;
                        }[];
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /**
                         * @description By which interface its gateway reaches it.
                         * @example eth0
                         */
                        interfaceName: string | null;
                        /**
                         * @description Its name on its gateway.
                         * @example SN-4711
                         */
                        key: string;
                        /** @example Printer by the window */
                        label: string | null;
                        /**
                         * Format: date-time
                         * @description When something of it last arrived here, to the minute; null before the first time.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        lastHeardAt: string | null;
                        model: {
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /** @example Form 4 */
                            name: string;
                            /** @example Formlabs */
                            supplier: string;
                        } | null;
                        /** @description Whether its data is wanted. */
                        monitoring: boolean;
                        /** @example 192.168.1.20 */
                        networkAddress: string | null;
                        /**
                         * Format: date-time
                         * @description The newest time at which something of it was measured, or an event ended; null before the first.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        newestRecordedAt: string | null;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        officeId: string;
                        officeName: string;
                        /** @example 7F3K */
                        registrationCode: string | null;
                        serialNumber: string | null;
                        /**
                         * @description A device that a gateway heard and nobody approved yet is pending.
                         * @enum {unknown}
                         */
                        state: "pending" | "active" | "blocked" | "archived";
                        /**
                         * @description The model by which it last tried to register and which the catalogue does not know, while it has none.
                         * @example MAX 2 UV385
                         */
                        triedModel: string | null;
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
    patchDevice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    label?: string | null;
                    /**
                     * Format: uuid
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    modelId?: string | null;
                    /** @description Whether its data is wanted; its gateway is told. */
                    monitoring?: boolean;
                    networkAddress?: string | null;
                    /**
                     * Format: uuid
                     * @description Another office of the same customer, where the caller has the same role: the device goes there with all its data. CONFLICT where that office has a device of this key.
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    officeId?: string;
                    registrationCode?: string | null;
                    serialNumber?: string | null;
                };
            };
        };
        responses: {
            /** @description A device, with what stands in no list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        customerId: string;
                        /** @description The gateways that have heard it, the last one first; all of them mean this one device. */
                        heardBy: {
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            firstHeardAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            gatewayId: string;
                            /** @example Workshop 1 */
                            label: string | null;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            lastHeardAt: string;
                        }[];
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /**
                         * @description By which interface its gateway reaches it.
                         * @example eth0
                         */
                        interfaceName: string | null;
                        /**
                         * @description Its name on its gateway.
                         * @example SN-4711
                         */
                        key: string;
                        /** @example Printer by the window */
                        label: string | null;
                        /**
                         * Format: date-time
                         * @description When something of it last arrived here, to the minute; null before the first time.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        lastHeardAt: string | null;
                        model: {
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /** @example Form 4 */
                            name: string;
                            /** @example Formlabs */
                            supplier: string;
                        } | null;
                        /** @description Whether its data is wanted. */
                        monitoring: boolean;
                        /** @example 192.168.1.20 */
                        networkAddress: string | null;
                        /**
                         * Format: date-time
                         * @description The newest time at which something of it was measured, or an event ended; null before the first.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        newestRecordedAt: string | null;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        officeId: string;
                        officeName: string;
                        /** @example 7F3K */
                        registrationCode: string | null;
                        serialNumber: string | null;
                        /**
                         * @description A device that a gateway heard and nobody approved yet is pending.
                         * @enum {unknown}
                         */
                        state: "pending" | "active" | "blocked" | "archived";
                        /**
                         * @description The model by which it last tried to register and which the catalogue does not know, while it has none.
                         * @example MAX 2 UV385
                         */
                        triedModel: string | null;
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
    getDeviceAggregates: {
        parameters: {
            query?: {
                /**
                 * @description Begin, inclusive: ISO 8601 with a zone. Without it, 24 hours before `to`.
                 * @example 2026-11-23T09:15:00Z
                 */
                from?: string;
                /** @description Which sensors. May be repeated; without it, all of the device, if they are not more than 50. */
                label?: string[];
                /** @description How many buckets of each sensor there may be; 500 where nothing is said. Not together with `width`. */
                maxPoints?: number;
                /** @description What the rate of counters is by. */
                rate?: "second" | "minute" | "hour" | "day";
                /**
                 * @description Days are those of this IANA time zone. Without it, that of the office of the device.
                 * @example Europe/Berlin
                 */
                timeZone?: string;
                /**
                 * @description End, exclusive: ISO 8601 with a zone. Without it, now.
                 * @example 2026-11-23T09:15:00Z
                 */
                to?: string;
                /** @description Of each bucket. */
                width?: "1s" | "2s" | "5s" | "10s" | "15s" | "30s" | "1m" | "2m" | "5m" | "10m" | "15m" | "20m" | "30m" | "1h" | "2h" | "3h" | "4h" | "6h" | "8h" | "12h" | "1d" | "1w" | "1mo" | "3mo" | "1y";
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Buckets of sensors. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @description When this was so: a bucket that ends later is not over yet.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        asOf: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        deviceId: string;
                        /**
                         * @description Begin of the first bucket.
                         * @example 2026-10-25T02:00:00+02:00
                         */
                        from: string;
                        /** @description By label. */
                        sensors: {
                            buckets: {
                                /** @description The mean of the readings, each counted alike. */
                                avg: number | null;
                                /** @description Readings in it. Buckets without any are there too. */
                                count: number;
                                /** @description False where it lies before the time from which readings are kept, and rollups alone do not tell exactly. */
                                exact: boolean;
                                /** @description The first reading; null without one. */
                                first: {
                                    /**
                                     * Format: date-time
                                     * @example 2026-11-23T09:15:00.000Z
                                     */
                                    recordedAt: string;
                                    /**
                                     * @description Of the type that `valueType` says, in the unit of the sensor.
                                     * @example 23.4
                                     */
                                    value: number | boolean | string;
                                } | null;
                                /**
                                 * @description Inclusive.
                                 * @example 2026-10-25T02:00:00+02:00
                                 */
                                from: string;
                                /** @description Of a counter: how much it grew since the last reading before the bucket; one that fell was reset and grew from 0. Null without readings. */
                                increase?: number | null;
                                /** @description The last reading; null without one. */
                                last: {
                                    /**
                                     * Format: date-time
                                     * @example 2026-11-23T09:15:00.000Z
                                     */
                                    recordedAt: string;
                                    /**
                                     * @description Of the type that `valueType` says, in the unit of the sensor.
                                     * @example 23.4
                                     */
                                    value: number | boolean | string;
                                } | null;
                                /** @description The greatest one. */
                                max: number | null;
                                /** @description The least number; null without one, and of what is no number. So with the next three. */
                                min: number | null;
                                /** @description The increase by the length of the bucket, as far as it is over; in `rateUnit`. */
                                rate?: number | null;
                                /** @description Of a state: how long it had each value. A value holds until the next reading, the last one until now. Null where there are too many values. */
                                states?: {
                                    /** @description For how many milliseconds it had this value. */
                                    ms: number;
                                    /**
                                     * @description Of the length of the bucket, as far as it is over.
                                     * @example 0.25
                                     */
                                    share: number;
                                    /**
                                     * @description Of the type that `valueType` says, in the unit of the sensor.
                                     * @example 23.4
                                     */
                                    value: number | boolean | string;
                                }[] | null;
                                /** @description The sum of them. */
                                sum: number | null;
                                /**
                                 * @description Exclusive.
                                 * @example 2026-10-25T02:00:00+02:00
                                 */
                                to: string;
                            }[];
                            /** @description Whether all its buckets are. */
                            exact: boolean;
                            /** @example temperature */
                            label: string;
                            /**
                             * @description Booleans and texts are states, whatever this says.
                             * @enum {unknown}
                             */
                            measure: "gauge" | "counter" | "state";
                            /**
                             * @description Of a counter.
                             * @example kWh/h
                             */
                            rateUnit?: string | null;
                            /** @description What the answer was made of: readings, and rollups of these units where they tell the same. */
                            sources: ("days" | "hours" | "minutes" | "readings")[];
                            /** @example °C */
                            unit: string | null;
                            /** @enum {unknown} */
                            valueType: "number" | "boolean" | "string";
                            /**
                             * @description How to draw it.
                             * @enum {unknown}
                             */
                            visualization: "default" | "line" | "scatter" | "bar";
                        }[];
                        /**
                         * @description What buckets are cut by.
                         * @example Europe/Berlin
                         */
                        timeZone: string;
                        /**
                         * @description End of the last bucket, exclusive.
                         * @example 2026-10-25T02:00:00+02:00
                         */
                        to: string;
                        /** @example 1h */
                        width: string;
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
    postDeviceApprove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description What people call it.
                     * @example Printer by the window
                     */
                    label?: string;
                    /**
                     * Format: uuid
                     * @description The model that it is; without it, the one it has, if any.
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    modelId?: string;
                };
            };
        };
        responses: {
            /** @description A device, with what stands in no list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        customerId: string;
                        /** @description The gateways that have heard it, the last one first; all of them mean this one device. */
                        heardBy: {
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            firstHeardAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            gatewayId: string;
                            /** @example Workshop 1 */
                            label: string | null;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            lastHeardAt: string;
                        }[];
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /**
                         * @description By which interface its gateway reaches it.
                         * @example eth0
                         */
                        interfaceName: string | null;
                        /**
                         * @description Its name on its gateway.
                         * @example SN-4711
                         */
                        key: string;
                        /** @example Printer by the window */
                        label: string | null;
                        /**
                         * Format: date-time
                         * @description When something of it last arrived here, to the minute; null before the first time.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        lastHeardAt: string | null;
                        model: {
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /** @example Form 4 */
                            name: string;
                            /** @example Formlabs */
                            supplier: string;
                        } | null;
                        /** @description Whether its data is wanted. */
                        monitoring: boolean;
                        /** @example 192.168.1.20 */
                        networkAddress: string | null;
                        /**
                         * Format: date-time
                         * @description The newest time at which something of it was measured, or an event ended; null before the first.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        newestRecordedAt: string | null;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        officeId: string;
                        officeName: string;
                        /** @example 7F3K */
                        registrationCode: string | null;
                        serialNumber: string | null;
                        /**
                         * @description A device that a gateway heard and nobody approved yet is pending.
                         * @enum {unknown}
                         */
                        state: "pending" | "active" | "blocked" | "archived";
                        /**
                         * @description The model by which it last tried to register and which the catalogue does not know, while it has none.
                         * @example MAX 2 UV385
                         */
                        triedModel: string | null;
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
    postDeviceArchive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A device, with what stands in no list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        customerId: string;
                        /** @description The gateways that have heard it, the last one first; all of them mean this one device. */
                        heardBy: {
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            firstHeardAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            gatewayId: string;
                            /** @example Workshop 1 */
                            label: string | null;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            lastHeardAt: string;
                        }[];
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /**
                         * @description By which interface its gateway reaches it.
                         * @example eth0
                         */
                        interfaceName: string | null;
                        /**
                         * @description Its name on its gateway.
                         * @example SN-4711
                         */
                        key: string;
                        /** @example Printer by the window */
                        label: string | null;
                        /**
                         * Format: date-time
                         * @description When something of it last arrived here, to the minute; null before the first time.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        lastHeardAt: string | null;
                        model: {
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /** @example Form 4 */
                            name: string;
                            /** @example Formlabs */
                            supplier: string;
                        } | null;
                        /** @description Whether its data is wanted. */
                        monitoring: boolean;
                        /** @example 192.168.1.20 */
                        networkAddress: string | null;
                        /**
                         * Format: date-time
                         * @description The newest time at which something of it was measured, or an event ended; null before the first.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        newestRecordedAt: string | null;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        officeId: string;
                        officeName: string;
                        /** @example 7F3K */
                        registrationCode: string | null;
                        serialNumber: string | null;
                        /**
                         * @description A device that a gateway heard and nobody approved yet is pending.
                         * @enum {unknown}
                         */
                        state: "pending" | "active" | "blocked" | "archived";
                        /**
                         * @description The model by which it last tried to register and which the catalogue does not know, while it has none.
                         * @example MAX 2 UV385
                         */
                        triedModel: string | null;
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
    postDeviceBlock: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A device, with what stands in no list. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        customerId: string;
                        /** @description The gateways that have heard it, the last one first; all of them mean this one device. */
                        heardBy: {
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            firstHeardAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            gatewayId: string;
                            /** @example Workshop 1 */
                            label: string | null;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            lastHeardAt: string;
                        }[];
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /**
                         * @description By which interface its gateway reaches it.
                         * @example eth0
                         */
                        interfaceName: string | null;
                        /**
                         * @description Its name on its gateway.
                         * @example SN-4711
                         */
                        key: string;
                        /** @example Printer by the window */
                        label: string | null;
                        /**
                         * Format: date-time
                         * @description When something of it last arrived here, to the minute; null before the first time.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        lastHeardAt: string | null;
                        model: {
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /** @example Form 4 */
                            name: string;
                            /** @example Formlabs */
                            supplier: string;
                        } | null;
                        /** @description Whether its data is wanted. */
                        monitoring: boolean;
                        /** @example 192.168.1.20 */
                        networkAddress: string | null;
                        /**
                         * Format: date-time
                         * @description The newest time at which something of it was measured, or an event ended; null before the first.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        newestRecordedAt: string | null;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        officeId: string;
                        officeName: string;
                        /** @example 7F3K */
                        registrationCode: string | null;
                        serialNumber: string | null;
                        /**
                         * @description A device that a gateway heard and nobody approved yet is pending.
                         * @enum {unknown}
                         */
                        state: "pending" | "active" | "blocked" | "archived";
                        /**
                         * @description The model by which it last tried to register and which the catalogue does not know, while it has none.
                         * @example MAX 2 UV385
                         */
                        triedModel: string | null;
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
    getDeviceEvents: {
        parameters: {
            query?: {
                /** @description Only events with this attribute, as `name:value`; the name ends at the first colon, numbers and booleans are written as in JSON. May be repeated. */
                attribute?: string[];
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /**
                 * @description Begin, inclusive: ISO 8601 with a zone. Without it, 30 days before `to`.
                 * @example 2026-11-23T09:15:00Z
                 */
                from?: string;
                /** @description Items of a page. */
                limit?: number;
                /** @description Oldest first, or newest first. */
                order?: "asc" | "desc";
                /** @description Only events with this outcome. */
                outcome?: "ok" | "failed" | "aborted";
                /**
                 * @description End, exclusive: ISO 8601 with a zone. Without it, now.
                 * @example 2026-11-23T09:15:00Z
                 */
                to?: string;
                /**
                 * @description Only events of this type.
                 * @example performed_task
                 */
                type?: string;
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * @description What its gateway says about the event: job, lot, operator ...
                             * @example {
                             *       "job": "J-17",
                             *       "layers": 129
                             *     }
                             */
                            attributes: {
                                [key: string]: number | boolean | string;
                            };
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            deviceId: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            gatewayId: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /** @enum {string|null} */
                            outcome: "ok" | "failed" | "aborted" | null;
                            /**
                             * Format: date-time
                             * @description When it reached the broker.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            receivedAt: string;
                            /**
                             * Format: date-time
                             * @description When it happened or ended, by the clock of its gateway.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            recordedAt: string;
                            sensors: {
                                /** @description How many values the series has; so with min, max and mean. */
                                count?: number;
                                /**
                                 * @description Whether it has one value or a series.
                                 * @enum {unknown}
                                 */
                                kind: "singular" | "timeseries";
                                /** @example separation weight */
                                label: string;
                                /** @description The greatest value, in the unit of the sensor; null without values. */
                                max?: number | null;
                                /** @description The mean of the values, each counted alike, in the unit of the sensor; null without values. */
                                mean?: number | null;
                                /** @description The least value, in the unit of the sensor; null without values. */
                                min?: number | null;
                                /**
                                 * @description As its gateway sent it; null where it sent none.
                                 * @example kg
                                 */
                                unit: string | null;
                                /** @description In its unit; singular sensors only. */
                                value?: number | boolean | string;
                                /**
                                 * @description How to draw it.
                                 * @enum {unknown}
                                 */
                                visualization: "default" | "scatter" | "line" | "bar";
                            }[];
                            /**
                             * Format: date-time
                             * @description When it began; null where its gateway did not say.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            startedAt: string | null;
                            /**
                             * @description performed_task, settings_changes or another one.
                             * @example performed_task
                             */
                            type: string;
                        }[];
                        /** @description Leads to the next page; null on the last one. */
                        nextCursor: string | null;
                        /**
                         * @description The IANA time zone of the office; times themselves are in UTC.
                         * @example Europe/Berlin
                         */
                        timeZone: string;
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
    getDeviceEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deviceId: string;
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description What its gateway says about the event: job, lot, operator ...
                         * @example {
                         *       "job": "J-17",
                         *       "layers": 129
                         *     }
                         */
                        attributes: {
                            [key: string]: number | boolean | string;
                        };
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        deviceId: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        gatewayId: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        logs: {
                            /** @description Columns of the same length; time and label where the gateway sent them. */
                            data: {
                                /** @description The entries, in the order they were sent. */
                                content: string[];
                                /** @description Of each entry. */
                                label?: (string | null)[];
                                /** @description Of each entry, in epoch milliseconds (UTC). */
                                time?: (number | null)[];
                            };
                            /** @example build log */
                            label: string;
                            /** @enum {unknown} */
                            level: "error" | "debug" | "build";
                        }[];
                        /** @enum {string|null} */
                        outcome: "ok" | "failed" | "aborted" | null;
                        /**
                         * Format: date-time
                         * @description When it reached the broker.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        receivedAt: string;
                        /**
                         * Format: date-time
                         * @description When it happened or ended, by the clock of its gateway.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        recordedAt: string;
                        sensors: {
                            /** @description How many values the series has; so with min, max and mean. */
                            count?: number;
                            /**
                             * @description Whether it has one value or a series.
                             * @enum {unknown}
                             */
                            kind: "singular" | "timeseries";
                            /** @example separation weight */
                            label: string;
                            /** @description The greatest value, in the unit of the sensor; null without values. */
                            max?: number | null;
                            /** @description The mean of the values, each counted alike, in the unit of the sensor; null without values. */
                            mean?: number | null;
                            /** @description The least value, in the unit of the sensor; null without values. */
                            min?: number | null;
                            /** @description When each value was measured, in epoch milliseconds (UTC). */
                            ts?: number[];
                            /**
                             * @description As its gateway sent it; null where it sent none.
                             * @example kg
                             */
                            unit: string | null;
                            /** @description In its unit; singular sensors only. */
                            value?: number | boolean | string;
                            /** @description In the unit of the sensor. */
                            values?: number[];
                            /**
                             * @description How to draw it.
                             * @enum {unknown}
                             */
                            visualization: "default" | "scatter" | "line" | "bar";
                            /** @description What to draw the values over, one for each, where that is not time. */
                            x?: {
                                /** @example layer */
                                label: string;
                                /**
                                 * @description As its gateway sent it; null where it sent none.
                                 * @example kg
                                 */
                                unit: string | null;
                                values: number[];
                            };
                        }[];
                        settings: {
                            /** @description Any JSON. */
                            data: unknown;
                            /** @example print settings */
                            label: string;
                        }[];
                        /**
                         * Format: date-time
                         * @description When it began; null where its gateway did not say.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        startedAt: string | null;
                        /**
                         * @description The IANA time zone of the office; times themselves are in UTC.
                         * @example Europe/Berlin
                         */
                        timeZone: string;
                        /**
                         * @description performed_task, settings_changes or another one.
                         * @example performed_task
                         */
                        type: string;
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
    getDeviceEventSeries: {
        parameters: {
            query: {
                /**
                 * @description Only points from this time on: ISO 8601 with a zone.
                 * @example 2026-11-23T09:15:00Z
                 */
                from?: string;
                /** @description Only points from this x on; of a series that has such. */
                fromX?: number;
                /**
                 * @description Which sensor of the event.
                 * @example separation weight
                 */
                label: string;
                maxPoints?: number;
                /**
                 * @description Only points before this time: ISO 8601 with a zone.
                 * @example 2026-11-23T09:15:00Z
                 */
                to?: string;
                /** @description Only points before this x. */
                toX?: number;
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deviceId: string;
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The series, as columns of the same length, in the order it was sent. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description How many points of the series lie in what was asked for. */
                        count: number;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        deviceId: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        eventId: string;
                        /** @description Whether all of these are here; otherwise they are `maxPoints` at most. */
                        isComplete: boolean;
                        /**
                         * @description Whether it has one value or a series.
                         * @enum {unknown}
                         */
                        kind: "singular" | "timeseries";
                        /** @example separation weight */
                        label: string;
                        /**
                         * Format: date-time
                         * @description When the event happened or ended.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        recordedAt: string;
                        /**
                         * @description The IANA time zone of the office; times themselves are in UTC.
                         * @example Europe/Berlin
                         */
                        timeZone: string;
                        /** @description When each value was measured, in epoch milliseconds (UTC). */
                        ts: number[];
                        /**
                         * @description As its gateway sent it; null where it sent none.
                         * @example kg
                         */
                        unit: string | null;
                        /** @description In the unit of the sensor. */
                        values: number[];
                        /**
                         * @description How to draw it.
                         * @enum {unknown}
                         */
                        visualization: "default" | "scatter" | "line" | "bar";
                        /** @description What to draw the values over, one for each, where that is not time. */
                        x?: {
                            /** @example layer */
                            label: string;
                            /**
                             * @description As its gateway sent it; null where it sent none.
                             * @example kg
                             */
                            unit: string | null;
                            values: number[];
                        };
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
    getDeviceEventSettingsComparison: {
        parameters: {
            query: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
                /** @description Only values of which this is so; may be repeated. Without it, all of them. */
                status?: ("same" | "changed" | "onlyLeft" | "onlyRight")[];
                /**
                 * @description The event on the right side.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                with: string;
                /**
                 * @description Its device, where that is another one.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                withDevice?: string;
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deviceId: string;
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the comparison. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        counts: {
                            /** @description Values that both have, but not alike. */
                            changed: number;
                            /** @description Values that only the left one has. */
                            onlyLeft: number;
                            /** @description Values that only the right one has. */
                            onlyRight: number;
                            /** @description Values that both have alike. */
                            same: number;
                        };
                        items: {
                            /**
                             * @description Which setting.
                             * @example print settings
                             */
                            label: string;
                            /** @description Missing where only the right one has it. */
                            left?: unknown;
                            /**
                             * @description Where in the setting, as a JSON pointer (RFC 6901); empty for all of it.
                             * @example /layers/height
                             */
                            path: string;
                            /** @description Missing where only the left one has it. */
                            right?: unknown;
                            /** @enum {unknown} */
                            status: "same" | "changed" | "onlyLeft" | "onlyRight";
                        }[];
                        left: {
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            deviceId: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            eventId: string;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            recordedAt: string;
                            /**
                             * @description The IANA time zone of the office; times themselves are in UTC.
                             * @example Europe/Berlin
                             */
                            timeZone: string;
                            /** @example performed_task */
                            type: string;
                        };
                        /** @description Leads to the next page; null on the last one. */
                        nextCursor: string | null;
                        right: {
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            deviceId: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            eventId: string;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            recordedAt: string;
                            /**
                             * @description The IANA time zone of the office; times themselves are in UTC.
                             * @example Europe/Berlin
                             */
                            timeZone: string;
                            /** @example performed_task */
                            type: string;
                        };
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
    getDeviceLatest: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
                /**
                 * @description Take values older than so many seconds for stale. Without it, each sensor is judged by its own interval.
                 * @example 300
                 */
                staleAfter?: number;
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of latest values, by label; sensors without a value are left out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @description The moment that ages are counted to.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        asOf: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        deviceId: string;
                        items: {
                            /**
                             * @description How long before `asOf` it was measured.
                             * @example 4
                             */
                            ageSeconds: number;
                            /**
                             * @description Stale when it is older than `staleAfterSeconds`, unknown where there is none.
                             * @enum {unknown}
                             */
                            freshness: "fresh" | "stale" | "unknown";
                            /** @example temperature */
                            label: string;
                            /**
                             * @description Booleans and texts are states, whatever this says.
                             * @enum {unknown}
                             */
                            measure: "gauge" | "counter" | "state";
                            /**
                             * Format: date-time
                             * @description When it reached the broker.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            receivedAt: string;
                            /**
                             * Format: date-time
                             * @description When it was measured.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            recordedAt: string;
                            /**
                             * @description What was asked for; otherwise 3 times the usual interval of the sensor, and at least 60. The usual interval is the mean one of the last two days with readings, as of the last full hour, give or take a tenth. Null where it is not known: of texts, and until the sensor has had a few readings for an hour.
                             * @example 60
                             */
                            staleAfterSeconds: number | null;
                            /** @example °C */
                            unit: string | null;
                            /**
                             * @description Of the type that `valueType` says, in the unit of the sensor.
                             * @example 23.4
                             */
                            value: number | boolean | string;
                            /** @enum {unknown} */
                            valueType: "number" | "boolean" | "string";
                            /**
                             * @description How to draw it.
                             * @enum {unknown}
                             */
                            visualization: "default" | "line" | "scatter" | "bar";
                        }[];
                        /** @description Leads to the next page; null on the last one. */
                        nextCursor: string | null;
                        /** @enum {unknown} */
                        state: "pending" | "active" | "blocked" | "archived";
                        /**
                         * @description The IANA time zone of the office; times themselves are in UTC.
                         * @example Europe/Berlin
                         */
                        timeZone: string;
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
    getDeviceReadings: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /**
                 * @description Begin, inclusive: ISO 8601 with a zone. Without it, 24 hours before `to`.
                 * @example 2026-11-23T09:15:00Z
                 */
                from?: string;
                /** @description Which sensors. May be repeated; without it, all of the device, if they are not more than 50. */
                label?: string[];
                /** @description Items of a page. */
                limit?: number;
                /** @description Oldest first, or newest first. */
                order?: "asc" | "desc";
                /**
                 * @description End, exclusive: ISO 8601 with a zone. Without it, now.
                 * @example 2026-11-23T09:15:00Z
                 */
                to?: string;
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of readings. */
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
                        deviceId: string;
                        /**
                         * Format: date-time
                         * @description Begin of what was asked for, inclusive.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        from: string;
                        items: {
                            /**
                             * @description Which sensor.
                             * @example temperature
                             */
                            label: string;
                            /**
                             * Format: date-time
                             * @description When it reached the broker, to the second.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            receivedAt: string;
                            /**
                             * Format: date-time
                             * @description When it was measured.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            recordedAt: string;
                            /**
                             * @description Of the type that `valueType` says, in the unit of the sensor.
                             * @example 23.4
                             */
                            value: number | boolean | string;
                        }[];
                        /** @description Leads to the next page; null on the last one. */
                        nextCursor: string | null;
                        /** @description By label: what the readings are of. */
                        sensors: {
                            /** @example temperature */
                            label: string;
                            /**
                             * @description Booleans and texts are states, whatever this says.
                             * @enum {unknown}
                             */
                            measure: "gauge" | "counter" | "state";
                            /** @example °C */
                            unit: string | null;
                            /** @enum {unknown} */
                            valueType: "number" | "boolean" | "string";
                            /**
                             * @description How to draw it.
                             * @enum {unknown}
                             */
                            visualization: "default" | "line" | "scatter" | "bar";
                        }[];
                        /**
                         * @description The IANA time zone of the office; times themselves are in UTC.
                         * @example Europe/Berlin
                         */
                        timeZone: string;
                        /**
                         * Format: date-time
                         * @description Its end, exclusive.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        to: string;
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
    getDeviceSensors: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
                /** @description Only those with this in their label, in upper or lower case. */
                q?: string;
                /** @description In which order; with a `-`, the other way around. */
                sort?: "label" | "createdAt" | "-label" | "-createdAt";
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of sensors. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            createdAt: string;
                            /**
                             * Format: date-time
                             * @description When a registration or a person first said what it measures and how to draw it; null for one that came with its first value, until a registration says so.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            declaredAt: string | null;
                            /** @example temperature */
                            label: string;
                            /**
                             * @description Booleans and texts are states, whatever this says.
                             * @enum {unknown}
                             */
                            measure: "gauge" | "counter" | "state";
                            /** @example °C */
                            unit: string | null;
                            /**
                             * @description number, boolean or string: that of its first value; null before.
                             * @example number
                             */
                            valueType: string | null;
                            /**
                             * @description How to draw it.
                             * @enum {unknown}
                             */
                            visualization: "default" | "line" | "scatter" | "bar";
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
    patchDeviceSensors: {
        parameters: {
            query: {
                /**
                 * @description Which sensor of the device.
                 * @example temperature
                 */
                label: string;
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Booleans and texts are states, whatever this says. This and `visualization` stay so, whatever a registration says later.
                     * @enum {unknown}
                     */
                    measure?: "gauge" | "counter" | "state";
                    /**
                     * @description A registration with another one is refused from then on.
                     * @example °C
                     */
                    unit?: string;
                    /**
                     * @description How to draw it.
                     * @enum {unknown}
                     */
                    visualization?: "default" | "line" | "scatter" | "bar";
                };
            };
        };
        responses: {
            /** @description A sensor. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: date-time
                         * @description When a registration or a person first said what it measures and how to draw it; null for one that came with its first value, until a registration says so.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        declaredAt: string | null;
                        /** @example temperature */
                        label: string;
                        /**
                         * @description Booleans and texts are states, whatever this says.
                         * @enum {unknown}
                         */
                        measure: "gauge" | "counter" | "state";
                        /** @example °C */
                        unit: string | null;
                        /**
                         * @description number, boolean or string: that of its first value; null before.
                         * @example number
                         */
                        valueType: string | null;
                        /**
                         * @description How to draw it.
                         * @enum {unknown}
                         */
                        visualization: "default" | "line" | "scatter" | "bar";
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
    getDeviceSettingsHistory: {
        parameters: {
            query: {
                /** @description Only where it differs from the event before. */
                changesOnly?: boolean;
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /**
                 * @description Begin, inclusive: ISO 8601 with a zone. Without it, 365 days before `to`.
                 * @example 2026-11-23T09:15:00Z
                 */
                from?: string;
                /**
                 * @description Which setting.
                 * @example print settings
                 */
                label: string;
                /** @description Items of a page. */
                limit?: number;
                /** @description Oldest first, or newest first. */
                order?: "asc" | "desc";
                /**
                 * @description Which part of it, as a JSON pointer (RFC 6901); empty for all of it.
                 * @example /layers/height
                 */
                path?: string;
                /**
                 * @description End, exclusive: ISO 8601 with a zone. Without it, now.
                 * @example 2026-11-23T09:15:00Z
                 */
                to?: string;
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                deviceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the history. */
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
                        deviceId: string;
                        items: {
                            /** @description Whether it differs from the event before; null for the first of the span. */
                            changed: boolean | null;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            eventId: string;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            recordedAt: string;
                            /** @example performed_task */
                            type: string;
                            /** @description Missing where the setting had no such part. */
                            value?: unknown;
                        }[];
                        label: string;
                        /** @description Leads to the next page; null on the last one. */
                        nextCursor: string | null;
                        path: string;
                        /**
                         * @description The IANA time zone of the office; times themselves are in UTC.
                         * @example Europe/Berlin
                         */
                        timeZone: string;
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
    postDevicesApprove: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ids: string[];
                    /**
                     * Format: uuid
                     * @description The model that it is; without it, the one it has, if any.
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    modelId?: string;
                };
            };
        };
        responses: {
            /** @description What became of each. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * @description Why it was not approved; null if it was.
                             * @example CONFLICT
                             */
                            code: string | null;
                            /** @description The same for people. */
                            detail: string | null;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /**
                             * @description What the device is now; null if there is no such, or it is not yours.
                             * @example active
                             */
                            state: string | null;
                        }[];
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
    getEnrolmentKeys: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /** @description Only keys of this customer. May be repeated: any of them. */
                customerId?: string[];
                /** @description Items of a page. */
                limit?: number;
                /** @description Only keys for this office alone. May be repeated: any of them. */
                officeId?: string[];
                /** @description Only those with this in their label, in upper or lower case. */
                q?: string;
                /** @description In which order; with a `-`, the other way around. */
                sort?: "id" | "label" | "createdAt" | "expiresAt" | "-id" | "-label" | "-createdAt" | "-expiresAt";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of enrolment keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            createdAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            createdBy: string | null;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            customerId: string;
                            /** @description How many were approved. */
                            enrolled: number;
                            /**
                             * Format: date-time
                             * @description Until when gateways may ask by it.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            expiresAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /** @example SD card image of November */
                            label: string | null;
                            /** @description How many gateways may be approved that come by it. */
                            maxGateways: number;
                            /**
                             * Format: uuid
                             * @description The only office it is for; null for any office of the customer.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            officeId: string | null;
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
    postEnrolmentKeys: {
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
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    customerId: string;
                    expiresInDays: number;
                    /** @example SD card image of November */
                    label?: string;
                    maxGateways: number;
                    /**
                     * Format: uuid
                     * @description Only for this office; left out, for any of the customer.
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    officeId?: string;
                };
            };
        };
        responses: {
            /** @description The enrolment key. It is shown only now. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        createdBy: string | null;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        customerId: string;
                        /** @description How many were approved. */
                        enrolled: number;
                        /**
                         * Format: date-time
                         * @description Until when gateways may ask by it.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        expiresAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /**
                         * @description Put it into the image.
                         * @example scek_...
                         */
                        key: string;
                        /** @example SD card image of November */
                        label: string | null;
                        /** @description How many gateways may be approved that come by it. */
                        maxGateways: number;
                        /**
                         * Format: uuid
                         * @description The only office it is for; null for any office of the customer.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        officeId: string | null;
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
    deleteEnrolmentKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                enrolmentKeyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key is revoked. */
            204: {
                headers: {
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
    getEnrolments: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /** @description Only those that came by this key. May be repeated: any of them. */
                enrolmentKeyId?: string[];
                /** @description Items of a page. */
                limit?: number;
                /** @description Only those that say so of themselves. May be repeated: any of them. */
                serialNumber?: string[];
                /** @description In which order; with a `-`, the other way around. */
                sort?: "id" | "serialNumber" | "createdAt" | "-id" | "-serialNumber" | "-createdAt";
                /** @description Only those in this state. May be repeated: any of them. */
                state?: ("pending" | "approved" | "denied")[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of enrolments. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * @description From where it asked.
                             * @example 203.0.113.7
                             */
                            address: string | null;
                            /**
                             * Format: date-time
                             * @description Since when it waits.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            createdAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            customerId: string;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            decidedAt: string | null;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            decidedBy: string | null;
                            /**
                             * Format: uuid
                             * @description The key by which it came; null if it came by a code.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            enrolmentKeyId: string | null;
                            /**
                             * Format: date-time
                             * @description Until when it can be approved; null once somebody decided.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            expiresAt: string | null;
                            /**
                             * Format: uuid
                             * @description The gateway that it became.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            gatewayId: string | null;
                            hardwareVersion: string | null;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /**
                             * Format: uuid
                             * @description The office of the key, then that of the gateway; null if neither says.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            officeId: string | null;
                            /**
                             * Format: uuid
                             * @description The id that it would like to have.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            proposedGatewayId: string | null;
                            /**
                             * @description Compare it with what stands on the housing.
                             * @example RPI5-00c0ffee
                             */
                            serialNumber: string | null;
                            /** @example 2.4.1 */
                            softwareVersion: string | null;
                            /**
                             * @description Pending: it waits for somebody to decide.
                             * @enum {unknown}
                             */
                            state: "pending" | "approved" | "denied";
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
    postEnrolmentApprove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                enrolmentId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description What people call it.
                     * @example Workshop 1
                     */
                    label?: string;
                    /**
                     * Format: uuid
                     * @description May be left out where the key names it.
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    officeId?: string;
                } | {
                    /**
                     * Format: uuid
                     * @description The gateway whose hardware this is from now on.
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    gatewayId: string;
                };
            };
        };
        responses: {
            /** @description The gateway is let in, and fetches its tokens when it asks next. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @description The gateway that it is from now on.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        gatewayId: string;
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
    postEnrolmentDeny: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                enrolmentId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The gateway is turned away. */
            204: {
                headers: {
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
    postEnrolmentsApprove: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    ids: string[];
                    /**
                     * Format: uuid
                     * @description May be left out where the keys name it.
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    officeId?: string;
                };
            };
        };
        responses: {
            /** @description What became of each. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * @description Why it was not approved.
                             * @example CONFLICT
                             */
                            code: string | null;
                            /** @description The same for people. */
                            detail: string | null;
                            /**
                             * Format: uuid
                             * @description The gateway that it is from now on; null if it was not approved.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            gatewayId: string | null;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                        }[];
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
    getEnrolmentsCode: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description As the gateway shows it; case and dashes do not matter.
                 * @example BCDF-GHJK
                 */
                userCode: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The gateway that waits under this code. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description From where it asked.
                         * @example 203.0.113.7
                         */
                        address: string | null;
                        /**
                         * Format: date-time
                         * @description Since when it waits.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: date-time
                         * @description Until when it can be approved.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        expiresAt: string;
                        hardwareVersion: string | null;
                        /** @description Where you may let it in; the first 1000 by name. */
                        offices: {
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            customerId: string;
                            customerName: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            name: string;
                        }[];
                        /**
                         * Format: uuid
                         * @description The id that it would like to have.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        proposedGatewayId: string | null;
                        /**
                         * @description Compare it with what stands on the housing.
                         * @example RPI5-00c0ffee
                         */
                        serialNumber: string | null;
                        /** @example 2.4.1 */
                        softwareVersion: string | null;
                        /** @example BCDF-GHJK */
                        userCode: string;
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
    postEnrolmentsCodeApprove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description As the gateway shows it; case and dashes do not matter.
                 * @example BCDF-GHJK
                 */
                userCode: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description What people call it.
                     * @example Workshop 1
                     */
                    label?: string;
                    /**
                     * Format: uuid
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    officeId: string;
                } | {
                    /**
                     * Format: uuid
                     * @description The gateway whose hardware this is from now on.
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    gatewayId: string;
                };
            };
        };
        responses: {
            /** @description The gateway is let in, and fetches its tokens when it asks next. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: uuid
                         * @description The gateway that it is from now on.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        gatewayId: string;
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
    postEnrolmentsCodeDeny: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description As the gateway shows it; case and dashes do not matter.
                 * @example BCDF-GHJK
                 */
                userCode: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The gateway is turned away. */
            204: {
                headers: {
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
    getEvents: {
        parameters: {
            query?: {
                /** @description Only events with this attribute, as `name:value`; the name ends at the first colon, numbers and booleans are written as in JSON. May be repeated. */
                attribute?: string[];
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /**
                 * @description Only devices of this customer.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                customerId?: string;
                /** @description Only these devices. May be repeated. */
                deviceId?: string[];
                /**
                 * @description Begin, inclusive: ISO 8601 with a zone. Without it, 30 days before `to`.
                 * @example 2026-11-23T09:15:00Z
                 */
                from?: string;
                /** @description Items of a page. */
                limit?: number;
                /**
                 * @description Only devices of this office.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                officeId?: string;
                /** @description Oldest first, or newest first. */
                order?: "asc" | "desc";
                /** @description Only events with this outcome. */
                outcome?: "ok" | "failed" | "aborted";
                /**
                 * @description End, exclusive: ISO 8601 with a zone. Without it, now.
                 * @example 2026-11-23T09:15:00Z
                 */
                to?: string;
                /**
                 * @description Only events of this type.
                 * @example performed_task
                 */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * @description What its gateway says about the event: job, lot, operator ...
                             * @example {
                             *       "job": "J-17",
                             *       "layers": 129
                             *     }
                             */
                            attributes: {
                                [key: string]: number | boolean | string;
                            };
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            deviceId: string;
                            /** @example Printer by the window */
                            deviceLabel: string | null;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            gatewayId: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            officeId: string;
                            /** @enum {string|null} */
                            outcome: "ok" | "failed" | "aborted" | null;
                            /**
                             * Format: date-time
                             * @description When it reached the broker.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            receivedAt: string;
                            /**
                             * Format: date-time
                             * @description When it happened or ended, by the clock of its gateway.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            recordedAt: string;
                            sensors: {
                                /** @description How many values the series has; so with min, max and mean. */
                                count?: number;
                                /**
                                 * @description Whether it has one value or a series.
                                 * @enum {unknown}
                                 */
                                kind: "singular" | "timeseries";
                                /** @example separation weight */
                                label: string;
                                /** @description The greatest value, in the unit of the sensor; null without values. */
                                max?: number | null;
                                /** @description The mean of the values, each counted alike, in the unit of the sensor; null without values. */
                                mean?: number | null;
                                /** @description The least value, in the unit of the sensor; null without values. */
                                min?: number | null;
                                /**
                                 * @description As its gateway sent it; null where it sent none.
                                 * @example kg
                                 */
                                unit: string | null;
                                /** @description In its unit; singular sensors only. */
                                value?: number | boolean | string;
                                /**
                                 * @description How to draw it.
                                 * @enum {unknown}
                                 */
                                visualization: "default" | "scatter" | "line" | "bar";
                            }[];
                            /**
                             * Format: date-time
                             * @description When it began; null where its gateway did not say.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            startedAt: string | null;
                            /**
                             * @description The IANA time zone of the office; times themselves are in UTC.
                             * @example Europe/Berlin
                             */
                            timeZone: string;
                            /**
                             * @description performed_task, settings_changes or another one.
                             * @example performed_task
                             */
                            type: string;
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
    getEventsExport: {
        parameters: {
            query: {
                /** @description To go on where an earlier export broke off: the last row that you have whole, as CSV, of which the first 3 cells are enough (deviceId,recordedAt,id). Leave the other parameters as they were. */
                after?: string;
                /** @description Only events with this attribute, as `name:value`; the name ends at the first colon, numbers and booleans are written as in JSON. May be repeated. */
                attribute?: string[];
                /**
                 * @description Only devices of this customer.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                customerId?: string;
                /** @description Only these devices. May be repeated. */
                deviceId?: string[];
                /** @description CSV (RFC 4180), or one JSON object a line. */
                format?: "csv" | "ndjson";
                /** @description Of CSV: a text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a return), or that begins with ', gets a ' before it. `keep`, for programs: texts stay as they are. */
                formulas?: "guard" | "keep";
                /**
                 * @description Begin, inclusive: ISO 8601 with a zone.
                 * @example 2026-11-23T00:00:00Z
                 */
                from: string;
                /**
                 * @description Only devices of this office.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                officeId?: string;
                /** @description Only events with this outcome. */
                outcome?: "ok" | "failed" | "aborted";
                /**
                 * @description Times are written as of this IANA time zone, with their offset. Without it, in UTC.
                 * @example Europe/Berlin
                 */
                timeZone?: string;
                /**
                 * @description End, exclusive: ISO 8601 with a zone.
                 * @example 2026-11-23T00:00:00Z
                 */
                to: string;
                /**
                 * @description Only events of this type.
                 * @example performed_task
                 */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The events. A body that is not whole breaks off. The trailers X-Export-Complete and X-Export-Rows, and the last line of NDJSON, say that it is, and how many rows it has. */
            200: {
                headers: {
                    /** @description The name of its file. */
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
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
    getGateways: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /** @description Only gateways of this customer. May be repeated: any of them. */
                customerId?: string[];
                /** @description Items of a page. */
                limit?: number;
                /** @description Only gateways of this office. May be repeated: any of them. */
                officeId?: string[];
                /** @description Only those that are online, or are not. */
                online?: boolean;
                /** @description Only those with this in their label or serial number, in upper or lower case. */
                q?: string;
                /** @description Only gateways with this on their housing. May be repeated: any of them. */
                serialNumber?: string[];
                /** @description Only gateways that run this. May be repeated: any of them. */
                softwareVersion?: string[];
                /** @description In which order; with a `-`, the other way around. */
                sort?: "id" | "label" | "officeName" | "serialNumber" | "softwareVersion" | "createdAt" | "lastHeardAt" | "-id" | "-label" | "-officeName" | "-serialNumber" | "-softwareVersion" | "-createdAt" | "-lastHeardAt";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of gateways. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description Messages that it says wait in it. */
                            buffered: number | null;
                            /**
                             * Format: date-time
                             * @description When that was measured: at most once a minute.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            clockSkewAt: string | null;
                            /** @description How far its clock is behind, by the last `sentAt` and its receipt; below 0: ahead. */
                            clockSkewMs: number | null;
                            clockSynced: boolean | null;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            createdAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            customerId: string;
                            /** @description Messages that it says it had no room for. */
                            dropped: number | null;
                            hardwareVersion: string | null;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /** @example Workshop 1 */
                            label: string | null;
                            /**
                             * Format: date-time
                             * @description When data of any device last came through it; null before the first.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            lastHeardAt: string | null;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            officeId: string;
                            /** @example Berlin */
                            officeName: string;
                            /**
                             * Format: date-time
                             * @description When its last connection ended; null while it is online, and before the first.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            offlineSince: string | null;
                            /**
                             * Format: date-time
                             * @description The time of the oldest of them.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            oldestBufferedAt: string | null;
                            /** @description Whether it has an open MQTT connection, or had one within the last minute. What it says of itself is `reportedState`; whether data comes, `lastHeardAt`. */
                            online: boolean;
                            /**
                             * Format: date-time
                             * @description Since when it is online; null while it is not.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            onlineSince: string | null;
                            /**
                             * Format: date-time
                             * @description When it last said how it is.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            reportedAt: string | null;
                            /**
                             * @description What it last said of itself; null before it did.
                             * @enum {string|null}
                             */
                            reportedState: "online" | "offline" | null;
                            serialNumber: string | null;
                            /** @example 2.4.1 */
                            softwareVersion: string | null;
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
    postGateways: {
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
                     * @description The id that the gateway has already; else it gets a new one.
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    id?: string;
                    /**
                     * @description What people call it.
                     * @example Workshop 1
                     */
                    label?: string;
                    /**
                     * Format: uuid
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    officeId: string;
                    /**
                     * @description What stands on its housing.
                     * @example RPI5-00c0ffee
                     */
                    serialNumber?: string;
                };
            };
        };
        responses: {
            /** @description The gateway and its tokens. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description A gateway. */
                        gateway: {
                            /** @description Messages that it says wait in it. */
                            buffered: number | null;
                            /**
                             * Format: date-time
                             * @description When that was measured: at most once a minute.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            clockSkewAt: string | null;
                            /** @description How far its clock is behind, by the last `sentAt` and its receipt; below 0: ahead. */
                            clockSkewMs: number | null;
                            clockSynced: boolean | null;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            createdAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            customerId: string;
                            /** @description Messages that it says it had no room for. */
                            dropped: number | null;
                            hardwareVersion: string | null;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /** @example Workshop 1 */
                            label: string | null;
                            /**
                             * Format: date-time
                             * @description When data of any device last came through it; null before the first.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            lastHeardAt: string | null;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            officeId: string;
                            /** @example Berlin */
                            officeName: string;
                            /**
                             * Format: date-time
                             * @description When its last connection ended; null while it is online, and before the first.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            offlineSince: string | null;
                            /**
                             * Format: date-time
                             * @description The time of the oldest of them.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            oldestBufferedAt: string | null;
                            /** @description Whether it has an open MQTT connection, or had one within the last minute. What it says of itself is `reportedState`; whether data comes, `lastHeardAt`. */
                            online: boolean;
                            /**
                             * Format: date-time
                             * @description Since when it is online; null while it is not.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            onlineSince: string | null;
                            /**
                             * Format: date-time
                             * @description When it last said how it is.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            reportedAt: string | null;
                            /**
                             * @description What it last said of itself; null before it did.
                             * @enum {string|null}
                             */
                            reportedState: "online" | "offline" | null;
                            serialNumber: string | null;
                            /** @example 2.4.1 */
                            softwareVersion: string | null;
                        };
                        /** @description The tokens. They are shown only now. */
                        tokens: {
                            /**
                             * Format: date-time
                             * @description When the access token ends.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            accessExpiresAt: string;
                            /** @description The password for MQTT, and the bearer token of the gateway API. */
                            accessToken: string;
                            /** @description What an MQTT client is set up with. */
                            mqtt: {
                                /**
                                 * @description Where it publishes readings; {device} stands for the name of a device.
                                 * @example v1/gateways/01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f/devices/{device}/readings
                                 */
                                topic: string;
                                /**
                                 * Format: uuid
                                 * @description The id of the gateway. The password is the access token.
                                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                                 */
                                username: string;
                            };
                            /** @description For `POST /gateway/api/v1/refresh`; null for a long-lived token, which does not renew. */
                            refreshToken: string | null;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            sessionId: string;
                        };
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
    getGateway: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                gatewayId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A gateway. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Messages that it says wait in it. */
                        buffered: number | null;
                        /**
                         * Format: date-time
                         * @description When that was measured: at most once a minute.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        clockSkewAt: string | null;
                        /** @description How far its clock is behind, by the last `sentAt` and its receipt; below 0: ahead. */
                        clockSkewMs: number | null;
                        clockSynced: boolean | null;
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        customerId: string;
                        /** @description Messages that it says it had no room for. */
                        dropped: number | null;
                        hardwareVersion: string | null;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /** @example Workshop 1 */
                        label: string | null;
                        /**
                         * Format: date-time
                         * @description When data of any device last came through it; null before the first.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        lastHeardAt: string | null;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        officeId: string;
                        /** @example Berlin */
                        officeName: string;
                        /**
                         * Format: date-time
                         * @description When its last connection ended; null while it is online, and before the first.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        offlineSince: string | null;
                        /**
                         * Format: date-time
                         * @description The time of the oldest of them.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        oldestBufferedAt: string | null;
                        /** @description Whether it has an open MQTT connection, or had one within the last minute. What it says of itself is `reportedState`; whether data comes, `lastHeardAt`. */
                        online: boolean;
                        /**
                         * Format: date-time
                         * @description Since when it is online; null while it is not.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        onlineSince: string | null;
                        /**
                         * Format: date-time
                         * @description When it last said how it is.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        reportedAt: string | null;
                        /**
                         * @description What it last said of itself; null before it did.
                         * @enum {string|null}
                         */
                        reportedState: "online" | "offline" | null;
                        serialNumber: string | null;
                        /** @example 2.4.1 */
                        softwareVersion: string | null;
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
    deleteGateway: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                gatewayId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The gateway is deleted. */
            204: {
                headers: {
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
    patchGateway: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                gatewayId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description What people call it.
                     * @example Workshop 1
                     */
                    label?: string | null;
                    /**
                     * Format: uuid
                     * @description Another office of the same customer.
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    officeId?: string;
                    /**
                     * @description What stands on its housing.
                     * @example RPI5-00c0ffee
                     */
                    serialNumber?: string | null;
                };
            };
        };
        responses: {
            /** @description A gateway. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Messages that it says wait in it. */
                        buffered: number | null;
                        /**
                         * Format: date-time
                         * @description When that was measured: at most once a minute.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        clockSkewAt: string | null;
                        /** @description How far its clock is behind, by the last `sentAt` and its receipt; below 0: ahead. */
                        clockSkewMs: number | null;
                        clockSynced: boolean | null;
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        customerId: string;
                        /** @description Messages that it says it had no room for. */
                        dropped: number | null;
                        hardwareVersion: string | null;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /** @example Workshop 1 */
                        label: string | null;
                        /**
                         * Format: date-time
                         * @description When data of any device last came through it; null before the first.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        lastHeardAt: string | null;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        officeId: string;
                        /** @example Berlin */
                        officeName: string;
                        /**
                         * Format: date-time
                         * @description When its last connection ended; null while it is online, and before the first.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        offlineSince: string | null;
                        /**
                         * Format: date-time
                         * @description The time of the oldest of them.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        oldestBufferedAt: string | null;
                        /** @description Whether it has an open MQTT connection, or had one within the last minute. What it says of itself is `reportedState`; whether data comes, `lastHeardAt`. */
                        online: boolean;
                        /**
                         * Format: date-time
                         * @description Since when it is online; null while it is not.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        onlineSince: string | null;
                        /**
                         * Format: date-time
                         * @description When it last said how it is.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        reportedAt: string | null;
                        /**
                         * @description What it last said of itself; null before it did.
                         * @enum {string|null}
                         */
                        reportedState: "online" | "offline" | null;
                        serialNumber: string | null;
                        /** @example 2.4.1 */
                        softwareVersion: string | null;
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
    getGatewayConnectivity: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /**
                 * @description Begin, inclusive: ISO 8601 with a zone. Without it, 30 days before `to`.
                 * @example 2026-11-23T09:15:00Z
                 */
                from?: string;
                /** @description Items of a page. */
                limit?: number;
                /**
                 * @description End, exclusive: ISO 8601 with a zone. Without it, now.
                 * @example 2026-11-23T09:15:00Z
                 */
                to?: string;
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                gatewayId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description When the gateway was online. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description The connections that are open now, the newest first; 100 at most. */
                        connections: {
                            /**
                             * @description Where it comes from.
                             * @example 203.0.113.7
                             */
                            address: string | null;
                            /** @example gateway */
                            clientId: string;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            connectedAt: string;
                            /**
                             * Format: uuid
                             * @description The broker process that holds it.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            processId: string;
                        }[];
                        items: {
                            /** @description How many connections were made in it. Many mean a bad line, or two programs that use one client id and put each other out. */
                            connections: number;
                            /**
                             * @description Why that connection ended; null while the period lasts. `disconnected`: the gateway said DISCONNECT; `connection_lost`: the line broke, or the gateway read no more; `keepalive_timeout`: the gateway was silent for longer than its keepalive; `protocol_error`: the gateway sent what the protocol does not allow; `queue_unavailable`: the queue was away for too long to acknowledge what the gateway sent; `taken_over`: another connection with its client id took its place; `token_expired`: its token ended and was not renewed; `access_revoked`: its session, gateway, customer or key was taken back; `kicked`: an admin of the installation ended it; it may come back; `broker_stopped`: the broker was stopped; `broker_died`: the broker ended or was cut off without a word.
                             * @enum {string|null}
                             */
                            endReason: "disconnected" | "connection_lost" | "keepalive_timeout" | "protocol_error" | "queue_unavailable" | "taken_over" | "token_expired" | "access_revoked" | "kicked" | "broker_stopped" | "broker_died" | null;
                            /**
                             * Format: date-time
                             * @description When its last connection ended; null while the period lasts.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            offlineSince: string | null;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            onlineSince: string;
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
    getGatewayLedger: {
        parameters: {
            query?: {
                /** @description What to count by. */
                by?: "hour" | "day";
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /**
                 * @description Begin, inclusive: ISO 8601 with a zone. Without it, 24 hours, or by day 30 days, before `to`.
                 * @example 2026-11-23T09:15:00Z
                 */
                from?: string;
                /** @description Items of a page. */
                limit?: number;
                /**
                 * @description Days are those of this IANA time zone. Without it, that of the office of the gateway.
                 * @example Europe/Berlin
                 */
                timeZone?: string;
                /**
                 * @description End, exclusive: ISO 8601 with a zone. Without it, now.
                 * @example 2026-11-23T09:15:00Z
                 */
                to?: string;
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                gatewayId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the books. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description Messages that were acknowledged and have arrived: stored + duplicate + rejected. */
                            accepted: number;
                            /** @description Messages of which everything was stored before: resent ones. */
                            duplicate: number;
                            /**
                             * Format: date-time
                             * @description Begin of the hour or day in which the broker received the messages.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            from: string;
                            /** @description Values that had been stored before, and stayed as they were. */
                            itemsDuplicate: number;
                            /** @description Items that were refused: each is among the dead letters, or counted in their overflow. */
                            itemsRejected: number;
                            /** @description Values that were stored. */
                            itemsStored: number;
                            /** @description Messages that were acknowledged and are lost: they are not stored, and no job in the queue can bring them. Counted when the next message of the gateway was received. */
                            lost: number;
                            /** @description Messages of which at least one item was refused; the rest of such a message is stored all the same. */
                            rejected: number;
                            /** @description Messages of which nothing was refused, and not everything was stored before. */
                            stored: number;
                            /**
                             * Format: date-time
                             * @description Its end, exclusive; a day may have 23 or 25 hours.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            to: string;
                        }[];
                        /** @description Messages that were lost, over the whole life of the gateway. */
                        lost: number;
                        /** @description Leads to the next page; null on the last one. */
                        nextCursor: string | null;
                        /** @description What the gateway says of itself: what these books cannot know. */
                        reported: {
                            /** @description Messages that wait in it. */
                            buffered: number | null;
                            /** @description Messages that it had no room for; they never reached the broker. */
                            dropped: number | null;
                            /**
                             * Format: date-time
                             * @description The time of the oldest of them.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            oldestBufferedAt: string | null;
                            /**
                             * Format: date-time
                             * @description When it last said how it is; null before it did.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            reportedAt: string | null;
                        };
                        /**
                         * @description What days are counted in.
                         * @example Europe/Berlin
                         */
                        timeZone: string;
                        /** @description Messages that the broker took and no worker has dealt with yet, though with later ones: on their way. Over the whole life of the gateway; 0 when everything has arrived. */
                        unseen: number;
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
    getGatewayLimits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                gatewayId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the gateway may. */
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
    getGatewaySessions: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
                /** @description In which order; with a `-`, the other way around. */
                sort?: "id" | "createdAt" | "lastUsedAt" | "expiresAt" | "-id" | "-createdAt" | "-lastUsedAt" | "-expiresAt";
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                gatewayId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of sessions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * @description From where it was asked for.
                             * @example 203.0.113.7
                             */
                            address: string | null;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            createdAt: string;
                            /**
                             * Format: uuid
                             * @description The user who made or approved it.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            createdBy: string | null;
                            /**
                             * Format: date-time
                             * @description When it ends unless it is renewed.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            expiresAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /**
                             * @description Whether it is renewed by refresh tokens, or stands and falls with one token.
                             * @enum {unknown}
                             */
                            kind: "renewable" | "long-lived";
                            label: string | null;
                            /** @description From where that was. */
                            lastAddress: string | null;
                            /**
                             * Format: date-time
                             * @description When it was last connected or renewed; null before the first time.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            lastUsedAt: string | null;
                            /** @description The software version of its last status over MQTT, at the session that was used last; else null. */
                            reportedVersion: string | null;
                            /**
                             * @description What the gateway said when it came in or refreshed.
                             * @example 2.4.1
                             */
                            softwareVersion: string | null;
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
    postGatewaySessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                gatewayId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    kind: "renewable";
                    /**
                     * @description What people call it.
                     * @example Bridge in the cellar
                     */
                    label?: string;
                } | {
                    /** @description How long the token lives; 365 days if left out. */
                    days?: number;
                    /** @constant */
                    kind: "long-lived";
                    /**
                     * @description What people call it.
                     * @example Bridge in the cellar
                     */
                    label?: string;
                };
            };
        };
        responses: {
            /** @description The tokens. They are shown only now. */
            201: {
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
                        /** @description The password for MQTT, and the bearer token of the gateway API. */
                        accessToken: string;
                        /** @description What an MQTT client is set up with. */
                        mqtt: {
                            /**
                             * @description Where it publishes readings; {device} stands for the name of a device.
                             * @example v1/gateways/01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f/devices/{device}/readings
                             */
                            topic: string;
                            /**
                             * Format: uuid
                             * @description The id of the gateway. The password is the access token.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            username: string;
                        };
                        /** @description For `POST /gateway/api/v1/refresh`; null for a long-lived token, which does not renew. */
                        refreshToken: string | null;
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
    deleteGatewaySessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                gatewayId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No session stands. */
            204: {
                headers: {
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
    deleteGatewaySession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                gatewayId: string;
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session has ended. */
            204: {
                headers: {
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
    postGatewaySessionRotate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                gatewayId: string;
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tokens. They are shown only now. */
            201: {
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
                        /** @description The password for MQTT, and the bearer token of the gateway API. */
                        accessToken: string;
                        /** @description What an MQTT client is set up with. */
                        mqtt: {
                            /**
                             * @description Where it publishes readings; {device} stands for the name of a device.
                             * @example v1/gateways/01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f/devices/{device}/readings
                             */
                            topic: string;
                            /**
                             * Format: uuid
                             * @description The id of the gateway. The password is the access token.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            username: string;
                        };
                        /** @description For `POST /gateway/api/v1/refresh`; null for a long-lived token, which does not renew. */
                        refreshToken: string | null;
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
    getGatewayWarnings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                gatewayId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The warnings. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @example FIELD_UNKNOWN */
                            code: string;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            firstSeenAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /**
                             * @description The kind of message that has it.
                             * @example readings
                             */
                            kind: string;
                            /**
                             * Format: date-time
                             * @description By the day: what is seen again within 24 hours is not written down.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            lastSeenAt: string;
                            /**
                             * Format: uuid
                             * @description That message.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            messageId: string;
                            /**
                             * @description JSON pointer into its payload; `*` is any entry of a list and any label.
                             * @example /sensors/*\/colour
                             */
                            path: string;
                            /** @description The gateway's own name for it. */
                            ref: string | null;
                            /** @description The topic of the message that `lastSeenAt` tells of. */
                            topic: string;
                        }[];
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
    getLatest: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /**
                 * @description Only devices of this customer.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                customerId?: string;
                /** @description Only these devices. May be repeated. */
                deviceId?: string[];
                /** @description Items of a page. */
                limit?: number;
                /**
                 * @description Only devices of this office.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                officeId?: string;
                /**
                 * @description Take values older than so many seconds for stale. Without it, each sensor is judged by its own interval.
                 * @example 300
                 */
                staleAfter?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of latest values, by device and label; sensors without a value are left out. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @description The moment that ages are counted to.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        asOf: string;
                        items: {
                            /**
                             * @description How long before `asOf` it was measured.
                             * @example 4
                             */
                            ageSeconds: number;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            deviceId: string;
                            /** @example Printer by the window */
                            deviceLabel: string | null;
                            /**
                             * @description Stale when it is older than `staleAfterSeconds`, unknown where there is none.
                             * @enum {unknown}
                             */
                            freshness: "fresh" | "stale" | "unknown";
                            /** @example temperature */
                            label: string;
                            /**
                             * @description Booleans and texts are states, whatever this says.
                             * @enum {unknown}
                             */
                            measure: "gauge" | "counter" | "state";
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            officeId: string;
                            /**
                             * Format: date-time
                             * @description When it reached the broker.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            receivedAt: string;
                            /**
                             * Format: date-time
                             * @description When it was measured.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            recordedAt: string;
                            /**
                             * @description What was asked for; otherwise 3 times the usual interval of the sensor, and at least 60. The usual interval is the mean one of the last two days with readings, as of the last full hour, give or take a tenth. Null where it is not known: of texts, and until the sensor has had a few readings for an hour.
                             * @example 60
                             */
                            staleAfterSeconds: number | null;
                            /**
                             * @description The IANA time zone of the office; times themselves are in UTC.
                             * @example Europe/Berlin
                             */
                            timeZone: string;
                            /** @example °C */
                            unit: string | null;
                            /**
                             * @description Of the type that `valueType` says, in the unit of the sensor.
                             * @example 23.4
                             */
                            value: number | boolean | string;
                            /** @enum {unknown} */
                            valueType: "number" | "boolean" | "string";
                            /**
                             * @description How to draw it.
                             * @enum {unknown}
                             */
                            visualization: "default" | "line" | "scatter" | "bar";
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
    getLedger: {
        parameters: {
            query?: {
                /**
                 * @description ISO 8601 with a zone. Without it, an hour ago.
                 * @example 2026-11-23T09:15:00Z
                 */
                from?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The books of all gateways together. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Messages that were acknowledged and have arrived: stored + duplicate + rejected. */
                        accepted: number;
                        /**
                         * Format: date-time
                         * @description When it was so.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        asOf: string;
                        /** @description Messages of which everything was stored before: resent ones. */
                        duplicate: number;
                        /**
                         * Format: date-time
                         * @description Begin of the first hour that is counted.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        from: string;
                        /** @description Values that had been stored before, and stayed as they were. */
                        itemsDuplicate: number;
                        /** @description Items that were refused: each is among the dead letters, or counted in their overflow. */
                        itemsRejected: number;
                        /** @description Values that were stored. */
                        itemsStored: number;
                        /** @description Messages of which at least one item was refused; the rest of such a message is stored all the same. */
                        rejected: number;
                        /** @description Messages of which nothing was refused, and not everything was stored before. */
                        stored: number;
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
    postLoginAccessToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Taken and ignored. */
                    client_id?: string;
                    /** @description Taken and ignored. */
                    client_secret?: string;
                    /**
                     * @description For a web page of this host: `true` puts the refresh token into an HttpOnly cookie and not into the answer.
                     * @enum {unknown}
                     */
                    cookie?: "true" | "false";
                    /** @constant */
                    grant_type?: "password";
                    /** Format: password */
                    password: string;
                    /** @description Taken and ignored. */
                    scope?: string;
                    /**
                     * @description The email address.
                     * @example demo@stepcloud.example
                     */
                    username: string;
                };
            };
        };
        responses: {
            /** @description Signed in. Send the access token with each request: `Authorization: Bearer ...`. */
            200: {
                headers: {
                    /** @description Keeps a browser's refresh token where no script reads it, or takes it away. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        access_token: string;
                        /**
                         * @description Seconds.
                         * @example 900
                         */
                        expires_in: number;
                        /** @description For `POST /login/refresh`, once. Missing where it is in the cookie. */
                        refresh_token?: string;
                        /** @constant */
                        token_type: "bearer";
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
    postLoginRefresh: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Without a body the cookie counts. */
        requestBody: {
            content: {
                "application/json": {
                    /** @description The newest one of the session. */
                    refreshToken: string;
                } | null;
            };
        };
        responses: {
            /** @description Signed in. Send the access token with each request: `Authorization: Bearer ...`. */
            200: {
                headers: {
                    /** @description Keeps a browser's refresh token where no script reads it, or takes it away. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        access_token: string;
                        /**
                         * @description Seconds.
                         * @example 900
                         */
                        expires_in: number;
                        /** @description For `POST /login/refresh`, once. Missing where it is in the cookie. */
                        refresh_token?: string;
                        /** @constant */
                        token_type: "bearer";
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
    postLogout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out. */
            204: {
                headers: {
                    /** @description Keeps a browser's refresh token where no script reads it, or takes it away. */
                    "Set-Cookie"?: string;
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
    postLogoutEverywhere: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out. */
            200: {
                headers: {
                    /** @description Keeps a browser's refresh token where no script reads it, or takes it away. */
                    "Set-Cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description How many sessions stood. */
                        ended: number;
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
    getLogs: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /**
                 * @description Only devices of this customer.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                customerId?: string;
                /** @description Only these devices. May be repeated. */
                deviceId?: string[];
                /**
                 * @description Begin, inclusive: ISO 8601 with a zone. Without it, 30 days before `to`.
                 * @example 2026-11-23T09:15:00Z
                 */
                from?: string;
                /** @description Only this level. May be repeated. */
                level?: ("error" | "debug" | "build")[];
                /** @description Items of a page. */
                limit?: number;
                /**
                 * @description Only devices of this office.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                officeId?: string;
                /** @description Of the events: oldest first, or newest first. */
                order?: "asc" | "desc";
                /** @description Only lines with this in them, in upper or lower case. */
                text?: string;
                /**
                 * @description End, exclusive: ISO 8601 with a zone. Without it, now.
                 * @example 2026-11-23T09:15:00Z
                 */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of lines. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @example Error: resin tank empty */
                            content: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            deviceId: string;
                            /** @example Printer by the window */
                            deviceLabel: string | null;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            eventId: string;
                            /** @description Whether the line is longer than it is shown; the event has all of it. */
                            isCut: boolean;
                            /** @description Of the line; null where its gateway sent none. */
                            label: string | null;
                            /** @enum {unknown} */
                            level: "error" | "debug" | "build";
                            /** @description Which line of it. */
                            line: number;
                            /**
                             * @description Which log of the event.
                             * @example build log
                             */
                            log: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            officeId: string;
                            /**
                             * Format: date-time
                             * @description When the event happened or ended.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            recordedAt: string;
                            /**
                             * Format: date-time
                             * @description Of the line; null where its gateway sent none.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            time: string | null;
                            /**
                             * @description The IANA time zone of the office; times themselves are in UTC.
                             * @example Europe/Berlin
                             */
                            timeZone: string;
                        }[];
                        /** @description Leads on; null when everything was searched. A page may have few lines or none and lead on all the same. */
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
    getLogsExport: {
        parameters: {
            query: {
                /** @description To go on where an earlier export broke off: the last row that you have whole, as CSV, of which the first 6 cells are enough (deviceId,recordedAt,eventId,level,label,line). Leave the other parameters as they were. */
                after?: string;
                /**
                 * @description Only devices of this customer.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                customerId?: string;
                /** @description Only these devices. May be repeated. */
                deviceId?: string[];
                /** @description CSV (RFC 4180), or one JSON object a line. */
                format?: "csv" | "ndjson";
                /** @description Of CSV: a text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a return), or that begins with ', gets a ' before it. `keep`, for programs: texts stay as they are. */
                formulas?: "guard" | "keep";
                /**
                 * @description Begin, inclusive: ISO 8601 with a zone.
                 * @example 2026-11-23T00:00:00Z
                 */
                from: string;
                /** @description Only logs of this level. */
                level?: "error" | "debug" | "build";
                /**
                 * @description Only devices of this office.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                officeId?: string;
                /**
                 * @description Times are written as of this IANA time zone, with their offset. Without it, in UTC.
                 * @example Europe/Berlin
                 */
                timeZone?: string;
                /**
                 * @description End, exclusive: ISO 8601 with a zone.
                 * @example 2026-11-23T00:00:00Z
                 */
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The lines. A body that is not whole breaks off. The trailers X-Export-Complete and X-Export-Rows, and the last line of NDJSON, say that it is, and how many rows it has. */
            200: {
                headers: {
                    /** @description The name of its file. */
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
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
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The signed-in user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @example demo@stepcloud.example */
                        email: string;
                        firstName: string | null;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /** @description Whether the admin API is open to this user. */
                        isAdmin: boolean;
                        lastName: string | null;
                        memberships: {
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            customerId: string;
                            customerName: string;
                            /**
                             * Format: uuid
                             * @description The only office this is for; null for all offices of the customer.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            officeId: string | null;
                            /** @enum {unknown} */
                            role: "viewer" | "operator" | "manager";
                        }[];
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
    patchMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description What is left out stays; null takes a name away. */
        requestBody: {
            content: {
                "application/json": {
                    /** @example Ada */
                    firstName?: string | null;
                    /** @example Lovelace */
                    lastName?: string | null;
                };
            };
        };
        responses: {
            /** @description The signed-in user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @example demo@stepcloud.example */
                        email: string;
                        firstName: string | null;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /** @description Whether the admin API is open to this user. */
                        isAdmin: boolean;
                        lastName: string | null;
                        memberships: {
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            customerId: string;
                            customerName: string;
                            /**
                             * Format: uuid
                             * @description The only office this is for; null for all offices of the customer.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            officeId: string | null;
                            /** @enum {unknown} */
                            role: "viewer" | "operator" | "manager";
                        }[];
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
    getMeApiTokens: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /** @description Only tokens for this customer. May be repeated: any of them. */
                customerId?: string[];
                /** @description Items of a page. */
                limit?: number;
                /** @description Only those with this in their name, in upper or lower case. */
                q?: string;
                /** @description In which order; with a `-`, the other way around. */
                sort?: "id" | "name" | "createdAt" | "expiresAt" | "lastUsedAt" | "-id" | "-name" | "-createdAt" | "-expiresAt" | "-lastUsedAt";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of API tokens. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            createdAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            customerId: string;
                            customerName: string;
                            /**
                             * Format: date-time
                             * @description When it ends, or has ended.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            expiresAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /**
                             * @description From where.
                             * @example 203.0.113.7
                             */
                            lastAddress: string | null;
                            /**
                             * Format: date-time
                             * @description To the minute; null before the first time.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            lastUsedAt: string | null;
                            /** @example Nightly export */
                            name: string;
                            /**
                             * Format: uuid
                             * @description The only office it is for; null for all offices of the customer.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            officeId: string | null;
                            /**
                             * @description What it may do at most; never more than you may yourself at the moment of a request.
                             * @enum {unknown}
                             */
                            role: "viewer" | "operator" | "manager";
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
    postMeApiTokens: {
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
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    customerId: string;
                    expiresInDays: number;
                    /**
                     * @description Stands in the audit with all that is done by it.
                     * @example Nightly export
                     */
                    name: string;
                    /**
                     * Format: uuid
                     * @description Only for this office; left out, for all of the customer.
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    officeId?: string;
                    /**
                     * @description What it may do at most; never more than you may yourself at the moment of a request.
                     * @enum {unknown}
                     */
                    role: "viewer" | "operator" | "manager";
                };
            };
        };
        responses: {
            /** @description The API token. It is shown only now. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        customerId: string;
                        customerName: string;
                        /**
                         * Format: date-time
                         * @description When it ends, or has ended.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        expiresAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /**
                         * @description From where.
                         * @example 203.0.113.7
                         */
                        lastAddress: string | null;
                        /**
                         * Format: date-time
                         * @description To the minute; null before the first time.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        lastUsedAt: string | null;
                        /** @example Nightly export */
                        name: string;
                        /**
                         * Format: uuid
                         * @description The only office it is for; null for all offices of the customer.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        officeId: string | null;
                        /**
                         * @description What it may do at most; never more than you may yourself at the moment of a request.
                         * @enum {unknown}
                         */
                        role: "viewer" | "operator" | "manager";
                        /** @example scat_... */
                        token: string;
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
    deleteMeApiToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                apiTokenId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The token is revoked. */
            204: {
                headers: {
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
    postMePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: password */
                    currentPassword: string;
                    /**
                     * Format: password
                     * @description Not the email address.
                     * @example correct horse battery staple
                     */
                    newPassword: string;
                };
            };
        };
        responses: {
            /** @description The new password counts. */
            204: {
                headers: {
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
    getMeSessions: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
                /** @description In which order; with a `-`, the other way around. */
                sort?: "id" | "createdAt" | "lastUsedAt" | "expiresAt" | "-id" | "-createdAt" | "-lastUsedAt" | "-expiresAt";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of sessions. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * @description From where it was opened.
                             * @example 203.0.113.7
                             */
                            address: string | null;
                            /**
                             * @description What the program says of itself.
                             * @example Mozilla/5.0 (X11; Linux x86_64) ...
                             */
                            client: string | null;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            createdAt: string;
                            /** @description Whether it is the one that asks. */
                            current: boolean;
                            /**
                             * Format: date-time
                             * @description When it ends if it is not used.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            expiresAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /** @description From where. */
                            lastAddress: string | null;
                            /**
                             * Format: date-time
                             * @description When it was last renewed; null before the first time.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            lastUsedAt: string | null;
                            /** @description Whether it lasts for as long as it is used. */
                            renewable: boolean;
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
    deleteMeSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It has ended. */
            204: {
                headers: {
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
    getMembers: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /** @description Only members of this customer. May be repeated: any of them. */
                customerId?: string[];
                /** @description Items of a page. */
                limit?: number;
                /** @description Only members whose role is for this office alone. May be repeated: any of them. */
                officeId?: string[];
                /** @description Only those with this in their address or names, in upper or lower case. */
                q?: string;
                /** @description Only members with this role. May be repeated: any of them. */
                role?: ("viewer" | "operator" | "manager")[];
                /** @description In which order; with a `-`, the other way around. */
                sort?: "id" | "email" | "lastName" | "-id" | "-email" | "-lastName";
                /** @description Only what this person is. May be repeated: any of them. */
                userId?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of members. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description Whether this person may sign in at all. */
                            active: boolean;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            customerId: string;
                            /** @example ada@example.org */
                            email: string;
                            firstName: string | null;
                            /**
                             * Format: uuid
                             * @description Of the membership: one person may have several.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            lastName: string | null;
                            /**
                             * Format: uuid
                             * @description The only office this is for; null for all offices of the customer.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            officeId: string | null;
                            /** @example Berlin */
                            officeName: string | null;
                            /**
                             * @description viewer reads; operator also approves devices and mends dead letters; manager also has gateways, tokens, members and offices.
                             * @enum {unknown}
                             */
                            role: "viewer" | "operator" | "manager";
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            userId: string;
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
    postMembers: {
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
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    customerId: string;
                    /**
                     * Format: email
                     * @example ada@example.org
                     */
                    email: string;
                    /** @example Ada */
                    firstName?: string;
                    /** @example Lovelace */
                    lastName?: string;
                    /**
                     * Format: uuid
                     * @description Only for this office; left out, for all offices.
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    officeId?: string;
                    /**
                     * @description viewer reads; operator also approves devices and mends dead letters; manager also has gateways, tokens, members and offices.
                     * @enum {unknown}
                     */
                    role: "viewer" | "operator" | "manager";
                };
            };
        };
        responses: {
            /** @description The person is a member, and the mail is on its way. */
            201: {
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
                        email: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /**
                         * Format: uuid
                         * @description The only office this is for; null for all offices of the customer.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        officeId: string | null;
                        /**
                         * @description viewer reads; operator also approves devices and mends dead letters; manager also has gateways, tokens, members and offices.
                         * @enum {unknown}
                         */
                        role: "viewer" | "operator" | "manager";
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
    getMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                membershipId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A member. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Whether this person may sign in at all. */
                        active: boolean;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        customerId: string;
                        /** @example ada@example.org */
                        email: string;
                        firstName: string | null;
                        /**
                         * Format: uuid
                         * @description Of the membership: one person may have several.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        lastName: string | null;
                        /**
                         * Format: uuid
                         * @description The only office this is for; null for all offices of the customer.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        officeId: string | null;
                        /** @example Berlin */
                        officeName: string | null;
                        /**
                         * @description viewer reads; operator also approves devices and mends dead letters; manager also has gateways, tokens, members and offices.
                         * @enum {unknown}
                         */
                        role: "viewer" | "operator" | "manager";
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        userId: string;
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
    deleteMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                membershipId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The person has not this role any more. */
            204: {
                headers: {
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
    patchMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                membershipId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description viewer reads; operator also approves devices and mends dead letters; manager also has gateways, tokens, members and offices.
                     * @enum {unknown}
                     */
                    role: "viewer" | "operator" | "manager";
                };
            };
        };
        responses: {
            /** @description A member. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Whether this person may sign in at all. */
                        active: boolean;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        customerId: string;
                        /** @example ada@example.org */
                        email: string;
                        firstName: string | null;
                        /**
                         * Format: uuid
                         * @description Of the membership: one person may have several.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        lastName: string | null;
                        /**
                         * Format: uuid
                         * @description The only office this is for; null for all offices of the customer.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        officeId: string | null;
                        /** @example Berlin */
                        officeName: string | null;
                        /**
                         * @description viewer reads; operator also approves devices and mends dead letters; manager also has gateways, tokens, members and offices.
                         * @enum {unknown}
                         */
                        role: "viewer" | "operator" | "manager";
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        userId: string;
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
    getOffices: {
        parameters: {
            query?: {
                /** @description Only offices in this city. May be repeated: any of them. */
                city?: string[];
                /** @description Only offices in this country. May be repeated: any of them. */
                country?: string[];
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /** @description Only offices of this customer. May be repeated: any of them. */
                customerId?: string[];
                /** @description Items of a page. */
                limit?: number;
                /** @description Only those with this in their name, department, sub-department or city, in upper or lower case. */
                q?: string;
                /** @description In which order; with a `-`, the other way around. */
                sort?: "id" | "name" | "city" | "country" | "createdAt" | "-id" | "-name" | "-city" | "-country" | "-createdAt";
                /** @description Only offices of this time zone. May be repeated: any of them. */
                timeZone?: string[];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of offices. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @example Backyard, second floor */
                            additionalAddress: string | null;
                            /** @example Berlin */
                            city: string | null;
                            /** @example Germany */
                            country: string | null;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            createdAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            customerId: string;
                            /** @example Dental Technology */
                            department: string | null;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /** @example Berlin */
                            name: string;
                            /** @example Example Street 1 */
                            street: string | null;
                            /** @example Prosthetics */
                            subDepartment: string | null;
                            /**
                             * @description The IANA time zone of the office; times themselves are in UTC.
                             * @example Europe/Berlin
                             */
                            timeZone: string;
                            /** @example 10115 */
                            zip: string | null;
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
    postOffices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example Backyard, second floor */
                    additionalAddress?: string | null;
                    /** @example Berlin */
                    city?: string | null;
                    /** @example Germany */
                    country?: string | null;
                    /**
                     * Format: uuid
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    customerId: string;
                    /** @example Dental Technology */
                    department?: string | null;
                    /** @example Berlin */
                    name: string;
                    /** @example Example Street 1 */
                    street?: string | null;
                    /** @example Prosthetics */
                    subDepartment?: string | null;
                    /**
                     * @description Its IANA time zone; left out, UTC.
                     * @example Europe/Berlin
                     */
                    timeZone?: string;
                    /** @example 10115 */
                    zip?: string | null;
                };
            };
        };
        responses: {
            /** @description An office. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @example Backyard, second floor */
                        additionalAddress: string | null;
                        /** @example Berlin */
                        city: string | null;
                        /** @example Germany */
                        country: string | null;
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        customerId: string;
                        /** @example Dental Technology */
                        department: string | null;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /** @example Berlin */
                        name: string;
                        /** @example Example Street 1 */
                        street: string | null;
                        /** @example Prosthetics */
                        subDepartment: string | null;
                        /**
                         * @description The IANA time zone of the office; times themselves are in UTC.
                         * @example Europe/Berlin
                         */
                        timeZone: string;
                        /** @example 10115 */
                        zip: string | null;
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
    getOffice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                officeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An office. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @example Backyard, second floor */
                        additionalAddress: string | null;
                        /** @example Berlin */
                        city: string | null;
                        /** @example Germany */
                        country: string | null;
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        customerId: string;
                        /** @example Dental Technology */
                        department: string | null;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /** @example Berlin */
                        name: string;
                        /** @example Example Street 1 */
                        street: string | null;
                        /** @example Prosthetics */
                        subDepartment: string | null;
                        /**
                         * @description The IANA time zone of the office; times themselves are in UTC.
                         * @example Europe/Berlin
                         */
                        timeZone: string;
                        /** @example 10115 */
                        zip: string | null;
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
    deleteOffice: {
        parameters: {
            query?: {
                /** @description The name or the id of what is to be deleted: needed where something goes along, which the refusal without it tells in its `counts`. */
                confirm?: string;
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                officeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The office is deleted. */
            204: {
                headers: {
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
    patchOffice: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                officeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example Backyard, second floor */
                    additionalAddress?: string | null;
                    /** @example Berlin */
                    city?: string | null;
                    /** @example Germany */
                    country?: string | null;
                    /** @example Dental Technology */
                    department?: string | null;
                    /** @example Berlin */
                    name?: string;
                    /** @example Example Street 1 */
                    street?: string | null;
                    /** @example Prosthetics */
                    subDepartment?: string | null;
                    /**
                     * @description Its IANA time zone. Data is stored in UTC and does not change by it; but days are counted by the clocks of the present zone, past ones too, so that what stands for a day in books and buckets may move to the day before or after.
                     * @example Europe/Berlin
                     */
                    timeZone?: string;
                    /** @example 10115 */
                    zip?: string | null;
                };
            };
        };
        responses: {
            /** @description An office. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @example Backyard, second floor */
                        additionalAddress: string | null;
                        /** @example Berlin */
                        city: string | null;
                        /** @example Germany */
                        country: string | null;
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        customerId: string;
                        /** @example Dental Technology */
                        department: string | null;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        id: string;
                        /** @example Berlin */
                        name: string;
                        /** @example Example Street 1 */
                        street: string | null;
                        /** @example Prosthetics */
                        subDepartment: string | null;
                        /**
                         * @description The IANA time zone of the office; times themselves are in UTC.
                         * @example Europe/Berlin
                         */
                        timeZone: string;
                        /** @example 10115 */
                        zip: string | null;
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
    postPasswordRecovery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example demo@stepcloud.example */
                    email: string;
                };
            };
        };
        responses: {
            /** @description If there is such a user, a mail is on its way. */
            202: {
                headers: {
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
    postPasswordReset: {
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
                     * Format: password
                     * @description Not the email address.
                     * @example correct horse battery staple
                     */
                    newPassword: string;
                    /** @description What stands behind `token=` in the link. */
                    token: string;
                };
            };
        };
        responses: {
            /** @description The new password counts. */
            204: {
                headers: {
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
    getReadingsExport: {
        parameters: {
            query: {
                /** @description To go on where an earlier export broke off: the last row that you have whole, as CSV, of which the first 3 cells are enough (deviceId,label,recordedAt). Leave the other parameters as they were. */
                after?: string;
                /**
                 * @description Only devices of this customer.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                customerId?: string;
                /** @description Only these devices. May be repeated. */
                deviceId?: string[];
                /** @description CSV (RFC 4180), or one JSON object a line. */
                format?: "csv" | "ndjson";
                /** @description Of CSV: a text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a return), or that begins with ', gets a ' before it. `keep`, for programs: texts stay as they are. */
                formulas?: "guard" | "keep";
                /**
                 * @description Begin, inclusive: ISO 8601 with a zone.
                 * @example 2026-11-23T00:00:00Z
                 */
                from: string;
                /** @description Only sensors with these labels. May be repeated. */
                label?: string[];
                /**
                 * @description Only devices of this office.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                officeId?: string;
                /**
                 * @description Times are written as of this IANA time zone, with their offset. Without it, in UTC.
                 * @example Europe/Berlin
                 */
                timeZone?: string;
                /**
                 * @description End, exclusive: ISO 8601 with a zone.
                 * @example 2026-11-23T00:00:00Z
                 */
                to: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The readings. A body that is not whole breaks off. The trailers X-Export-Complete and X-Export-Rows, and the last line of NDJSON, say that it is, and how many rows it has. */
            200: {
                headers: {
                    /** @description The name of its file. */
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
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
    getStream: {
        parameters: {
            query?: {
                /** @description A device to watch; may be repeated. Devices and gateways are 200 in all at most. */
                deviceId?: string[];
                /** @description A gateway to watch; may be repeated. Devices and gateways are 200 in all at most. */
                gatewayId?: string[];
                /** @description In place of the header, which comes first. */
                lastEventId?: string;
            };
            header?: {
                /** @description The id of the last event that came, to go on behind it. */
                "last-event-id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events without end. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
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
    getSuppliers: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /** @description Items of a page. */
                limit?: number;
                /** @description Only those with this in their name, in upper or lower case. */
                q?: string;
                /** @description In which order; with a `-`, the other way around. */
                sort?: "id" | "name" | "-id" | "-name";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of suppliers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /** @example Asiga */
                            name: string;
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
    getSupplier: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                supplierId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A supplier. */
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
                        id: string;
                        /** @example Asiga */
                        name: string;
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
