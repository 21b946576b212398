// Made by `npm run types:api` from the OpenAPI document: never by hand.

export interface paths {
    "/admin/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the audit
         * @description Who did what, on what, from where and when, over all customers. Newest first.
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
    "/admin/api/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List open connections
         * @description The MQTT connections that are open now, of all customers and brokers, newest first. One that ended within the last second may still stand here. When a gateway was online before: `GET /api/v1/gateways/{gatewayId}/connectivity` of the user API.
         */
        get: operations["getConnections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/connections/{connectionId}": {
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
         * End a connection
         * @description The broker that holds it closes it within two seconds. Nothing is lost: what was not acknowledged stays with the gateway, which may connect again at once. To keep it out, end its sessions.
         */
        delete: operations["deleteConnection"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/customers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List customers
         * @description All customers of this installation.
         */
        get: operations["getCustomers"];
        put?: never;
        /** Create a customer */
        post: operations["postCustomers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/customers/{customerId}": {
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
        /**
         * Delete a customer
         * @description Only one without gateways, deleted ones too, and devices: what they sent is kept, and may still be on its way. Such a customer is suspended instead. Offices, members, enrolment keys and API tokens go along, which wants `confirm`.
         */
        delete: operations["deleteCustomer"];
        options?: never;
        head?: never;
        /**
         * Change a customer
         * @description Changes what is given.
         */
        patch: operations["patchCustomer"];
        trace?: never;
    };
    "/admin/api/v1/customers/{customerId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a customer
         * @description Ends a suspension: gateways and users go on with the credentials that they have.
         */
        post: operations["postCustomerResume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/customers/{customerId}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Suspend a customer
         * @description Its gateways are cut off within two seconds and cannot connect, and its users see nothing of it. Nothing is lost: their data waits in the gateways, and what is stored stays.
         */
        post: operations["postCustomerSuspend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/dead-letters": {
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
    "/admin/api/v1/dead-letters/{deadLetterId}": {
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
    "/admin/api/v1/dead-letters/{deadLetterId}/preview": {
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
    "/admin/api/v1/dead-letters/{deadLetterId}/replay": {
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
    "/admin/api/v1/dead-letters/discard": {
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
    "/admin/api/v1/dead-letters/replay": {
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
    "/admin/api/v1/device-models": {
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
        /** Create a device model */
        post: operations["postDeviceModels"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/device-models/{modelId}": {
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
        /**
         * Delete a device model
         * @description Its identifiers and its picture go along, which wants `confirm`. One that devices are of is kept.
         */
        delete: operations["deleteDeviceModel"];
        options?: never;
        head?: never;
        /**
         * Change a device model
         * @description Changes what is given.
         */
        patch: operations["patchDeviceModel"];
        trace?: never;
    };
    "/admin/api/v1/device-models/{modelId}/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Set the picture of a device model
         * @description The body is a PNG, JPEG or WebP, as its content type says, of at most 512 KiB and 4096 pixels in width and height.
         */
        put: operations["putDeviceModelImage"];
        post?: never;
        /** Take the picture of a device model away */
        delete: operations["deleteDeviceModelImage"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/devices": {
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
    "/admin/api/v1/devices/{deviceId}": {
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
    "/admin/api/v1/devices/{deviceId}/approve": {
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
    "/admin/api/v1/devices/{deviceId}/archive": {
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
    "/admin/api/v1/devices/{deviceId}/block": {
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
    "/admin/api/v1/devices/{deviceId}/sensors": {
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
    "/admin/api/v1/devices/approve": {
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
    "/admin/api/v1/gateways": {
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
    "/admin/api/v1/gateways/{gatewayId}": {
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
    "/admin/api/v1/gateways/{gatewayId}/sessions": {
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
    "/admin/api/v1/gateways/{gatewayId}/sessions/{sessionId}": {
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
    "/admin/api/v1/gateways/{gatewayId}/sessions/{sessionId}/rotate": {
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
    "/admin/api/v1/losses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List losses
         * @description Acknowledged messages that are not stored and that no job in the queue can bring any more, over all customers, newest first. There should be none: each is also logged as an error and counted in `stepcloud_worker_losses_total`. One whose messages turn up after all is taken back.
         */
        get: operations["getLosses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/maintenance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List maintenance jobs
         * @description What keeps this installation in order: when each job ran last, what it did, and when it runs next.
         */
        get: operations["getMaintenance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/maintenance/{name}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a maintenance job now
         * @description A worker takes it up within seconds; while the job is running, it runs once more after that.
         */
        post: operations["postMaintenanceRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/members": {
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
    "/admin/api/v1/members/{membershipId}": {
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
    "/admin/api/v1/model-identifiers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List model identifiers
         * @description By which names gateways can register devices, and of which models these are.
         */
        get: operations["getModelIdentifiers"];
        put?: never;
        /** Create a model identifier */
        post: operations["postModelIdentifiers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/model-identifiers/{identifierId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a model identifier */
        get: operations["getModelIdentifier"];
        put?: never;
        post?: never;
        /**
         * Delete a model identifier
         * @description Registrations by it are refused from then on (MODEL_UNKNOWN); devices keep their model.
         */
        delete: operations["deleteModelIdentifier"];
        options?: never;
        head?: never;
        /**
         * Change a model identifier
         * @description Changes what is given.
         */
        patch: operations["patchModelIdentifier"];
        trace?: never;
    };
    "/admin/api/v1/offices": {
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
    "/admin/api/v1/offices/{officeId}": {
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
    "/admin/api/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Overview
         * @description What runs here, how it is, and how much there is of everything, over all customers. More of it: `/processes`, `/queues`, `/storage`, `/maintenance`, `/losses`.
         */
        get: operations["getOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/processes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List processes
         * @description The processes of this installation that live, in the order in which they started. One that says nothing for longer than its lease is not listed any more, and its connections are ended.
         */
        get: operations["getProcesses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List queues
         * @description What waits for the workers, by queue and by what it is at. An empty queue is a healthy one.
         */
        get: operations["getQueues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/queues/{shard}/failed/{job}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry a failed batch
         * @description It waits again, behind the others of its queue, and a worker takes it as if it had just come. What of it is stored already is not stored twice, and readings keep the time of their receipt. If it fails again, it is here again.
         */
        post: operations["postQueueFailedRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/queues/failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List failed batches
         * @description Batches that were given up, by queue and newest first. Attempts are practically endless, so that there should be none; one that is here stays until it is retried.
         */
        get: operations["getQueuesFailed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/queues/failed/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry all failed batches
         * @description Of all queues, each as if it were retried alone. Mend what they failed of first.
         */
        post: operations["postQueuesFailedRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show retention
         * @description What would go if it ran now, without deleting anything. The periods are settings (`retentionDays` in broker.config.ts).
         */
        get: operations["getRetention"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/storage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show storage
         * @description How large the database is and what it consists of, how full its disk is, and when it will be full as it goes now. When to warn is a setting (`disk` in broker.config.ts).
         */
        get: operations["getStorage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/suppliers": {
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
        /** Create a supplier */
        post: operations["postSuppliers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/suppliers/{supplierId}": {
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
        /**
         * Delete a supplier
         * @description Its models with their identifiers and pictures go along, which wants `confirm`. One whose models devices are of is kept.
         */
        delete: operations["deleteSupplier"];
        options?: never;
        head?: never;
        /**
         * Change a supplier
         * @description Changes what is given.
         */
        patch: operations["patchSupplier"];
        trace?: never;
    };
    "/admin/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users
         * @description All users of this installation.
         */
        get: operations["getUsers"];
        put?: never;
        /**
         * Create a user
         * @description Sends a mail with a link to set a password, good for 7 days. What the user may see is a matter of memberships: `POST /members`, which makes a user too where there is none.
         */
        post: operations["postUsers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/users/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a user */
        get: operations["getUser"];
        put?: never;
        post?: never;
        /**
         * Delete a user
         * @description Sessions end. Memberships and API tokens go along, which wants `confirm` (the address or the id). What the user did stays in the audit. The last admin who may sign in is kept.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /**
         * Change a user
         * @description Changes what is given; null takes a name away. With a new address, links to set a password that went to the old one end.
         */
        patch: operations["patchUser"];
        trace?: never;
    };
    "/admin/api/v1/users/{userId}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a user back into service
         * @description The user may sign in again, with the same password and memberships.
         */
        post: operations["postUserActivate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/users/{userId}/deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a user out of service
         * @description All sessions of the user end, and no new one begins; API tokens are revoked for good. Memberships stay, for the day of return.
         */
        post: operations["postUserDeactivate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/users/{userId}/grant-admin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a user an admin
         * @description Opens the admin API to the user, at once.
         */
        post: operations["postUserGrantAdmin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/users/{userId}/revoke-admin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take the admin role from a user
         * @description Closes the admin API to the user, at once. Memberships stay.
         */
        post: operations["postUserRevokeAdmin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/api/v1/users/{userId}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the sessions of a user
         * @description Where the user is signed in, the newest first by default.
         */
        get: operations["getUserSessions"];
        put?: never;
        post?: never;
        /**
         * End all sessions of a user
         * @description Signs the user out everywhere. The password stays: whoever knows it can sign in again.
         */
        delete: operations["deleteUserSessions"];
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
                 * @description Only what concerns this customer.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                customerId?: string;
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
    getConnections: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /**
                 * @description Only of the gateways of this customer.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                customerId?: string;
                /**
                 * @description Only of this gateway.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                gatewayId?: string;
                /** @description Items of a page. */
                limit?: number;
                /**
                 * @description Only those that this broker process holds.
                 * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                 */
                processId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of connections. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * @description Where it comes from; that of a load balancer, behind one.
                             * @example 203.0.113.7
                             */
                            address: string | null;
                            /**
                             * @description As the gateway chose it.
                             * @example live
                             */
                            clientId: string;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            connectedAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            customerId: string;
                            /** @example Example Dental Lab */
                            customerName: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            gatewayId: string;
                            /** @example Workshop 1 */
                            gatewayLabel: string | null;
                            /**
                             * @description The machine or container of that process.
                             * @example iot-1
                             */
                            host: string;
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
                            /**
                             * Format: uuid
                             * @description The broker process that holds it.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            processId: string;
                            /**
                             * Format: uuid
                             * @description Whose token it came with.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            sessionId: string;
                            /**
                             * @description What it came by; null of a broker of an earlier release.
                             * @enum {string|null}
                             */
                            transport: "tcp" | "tls" | "websocket" | null;
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
    deleteConnection: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                connectionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The broker is told. */
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
                /** @description Only those that are, or are not, suspended. */
                suspended?: boolean;
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
                            /**
                             * Format: date-time
                             * @description Since when it is suspended; null while it is not.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            suspendedAt: string | null;
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
    postCustomers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example basic */
                    contractLevel?: string | null;
                    /** @example Example Dental Lab */
                    name: string;
                    /** @example DE123456789 */
                    vatId?: string | null;
                };
            };
        };
        responses: {
            /** @description A customer. */
            201: {
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
                        /**
                         * Format: date-time
                         * @description Since when it is suspended; null while it is not.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        suspendedAt: string | null;
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
                        /**
                         * Format: date-time
                         * @description Since when it is suspended; null while it is not.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        suspendedAt: string | null;
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
    deleteCustomer: {
        parameters: {
            query?: {
                /** @description The name or the id of what is to be deleted: needed where something goes along, which the refusal without it tells in its `counts`. */
                confirm?: string;
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                customerId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The customer is deleted. */
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
                    /** @example basic */
                    contractLevel?: string | null;
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
                        /**
                         * Format: date-time
                         * @description Since when it is suspended; null while it is not.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        suspendedAt: string | null;
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
    postCustomerResume: {
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
                        /**
                         * Format: date-time
                         * @description Since when it is suspended; null while it is not.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        suspendedAt: string | null;
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
    postCustomerSuspend: {
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
                        /**
                         * Format: date-time
                         * @description Since when it is suspended; null while it is not.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        suspendedAt: string | null;
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
    postDeviceModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example MAX UV385 */
                    name: string;
                    /**
                     * Format: uuid
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    supplierId: string;
                };
            };
        };
        responses: {
            /** @description A device model. */
            201: {
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
    deleteDeviceModel: {
        parameters: {
            query?: {
                /** @description The name or the id of what is to be deleted: needed where something goes along, which the refusal without it tells in its `counts`. */
                confirm?: string;
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                modelId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The device model is deleted. */
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
    patchDeviceModel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                modelId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example MAX UV385 */
                    name?: string;
                    /**
                     * Format: uuid
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    supplierId?: string;
                };
            };
        };
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
    putDeviceModelImage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                modelId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/jpeg": unknown;
                "image/png": unknown;
                "image/webp": unknown;
            };
        };
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
    deleteDeviceModelImage: {
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
            /** @description The model has no picture. */
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
    getLosses: {
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
            /** @description A page of losses. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /**
                             * Format: uuid
                             * @description The process that took the messages in and numbered them.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            brokerId: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            customerId: string;
                            /** @example Example Dental Lab */
                            customerName: string;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            foundAt: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            gatewayId: string;
                            /** @example Workshop 1 */
                            gatewayLabel: string | null;
                            /**
                             * Format: date-time
                             * @description Begin of the hour in which the next message behind them was received.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            hour: string;
                            /** @description How many messages. */
                            lost: number;
                            /** @description Their numbers, as that process gave them to the messages of this gateway. */
                            numbers: {
                                first: number;
                                last: number;
                            }[];
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
    getMaintenance: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All jobs, by name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description Why the last run failed; null when it went well. */
                            error: string | null;
                            /**
                             * @description From the end of a run to the next.
                             * @example 3600000
                             */
                            everyMs: number;
                            /**
                             * Format: date-time
                             * @description When the last run ended. A frequent job that has nothing to do writes this down every five minutes.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            finishedAt: string | null;
                            /** @example retention */
                            name: string;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            nextRunAt: string;
                            /**
                             * Format: date-time
                             * @description Since when a run is wanted out of turn.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            requestedAt: string | null;
                            /**
                             * @description What the job last did, in counts and names; null while it never had anything to do.
                             * @example {
                             *       "readingsPartitions": 1,
                             *       "readingsRows": 2600000,
                             *       "readingsBytes": 195000000
                             *     }
                             */
                            result: {
                                [key: string]: string | number | boolean | null;
                            } | null;
                            /**
                             * Format: date-time
                             * @description When it did that.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            resultAt: string | null;
                            /**
                             * @description The process of the last run: host and pid.
                             * @example worker-1:17
                             */
                            runBy: string | null;
                            /** @description Whether a run is under way. */
                            running: boolean;
                            /**
                             * Format: date-time
                             * @description When the last run began.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            startedAt: string | null;
                            /**
                             * Format: date-time
                             * @description When a run last went well.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            succeededAt: string | null;
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
    postMaintenanceRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example retention */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A maintenance job. It runs once per installation, in one of the workers. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Why the last run failed; null when it went well. */
                        error: string | null;
                        /**
                         * @description From the end of a run to the next.
                         * @example 3600000
                         */
                        everyMs: number;
                        /**
                         * Format: date-time
                         * @description When the last run ended. A frequent job that has nothing to do writes this down every five minutes.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        finishedAt: string | null;
                        /** @example retention */
                        name: string;
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        nextRunAt: string;
                        /**
                         * Format: date-time
                         * @description Since when a run is wanted out of turn.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        requestedAt: string | null;
                        /**
                         * @description What the job last did, in counts and names; null while it never had anything to do.
                         * @example {
                         *       "readingsPartitions": 1,
                         *       "readingsRows": 2600000,
                         *       "readingsBytes": 195000000
                         *     }
                         */
                        result: {
                            [key: string]: string | number | boolean | null;
                        } | null;
                        /**
                         * Format: date-time
                         * @description When it did that.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        resultAt: string | null;
                        /**
                         * @description The process of the last run: host and pid.
                         * @example worker-1:17
                         */
                        runBy: string | null;
                        /** @description Whether a run is under way. */
                        running: boolean;
                        /**
                         * Format: date-time
                         * @description When the last run began.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        startedAt: string | null;
                        /**
                         * Format: date-time
                         * @description When a run last went well.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        succeededAt: string | null;
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
    getModelIdentifiers: {
        parameters: {
            query?: {
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /** @description Only this one, as it is written. May be repeated: any of them. */
                identifier?: string[];
                /** @description Items of a page. */
                limit?: number;
                /** @description Only identifiers of this model. May be repeated: any of them. */
                modelId?: string[];
                /** @description Only those with this in their identifier, in upper or lower case. */
                q?: string;
                /** @description In which order; with a `-`, the other way around. */
                sort?: "id" | "identifier" | "-id" | "-identifier";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of identifiers. */
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
                            /**
                             * @description What gateways may call the model when they register a device.
                             * @example MAX UV385
                             */
                            identifier: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            modelId: string;
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
    postModelIdentifiers: {
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
                     * @description What gateways may call the model when they register a device.
                     * @example MAX UV385
                     */
                    identifier: string;
                    /**
                     * Format: uuid
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    modelId: string;
                };
            };
        };
        responses: {
            /** @description A name by which gateways register devices of a model. */
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
                        id: string;
                        /**
                         * @description What gateways may call the model when they register a device.
                         * @example MAX UV385
                         */
                        identifier: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        modelId: string;
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
    getModelIdentifier: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                identifierId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A name by which gateways register devices of a model. */
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
                        /**
                         * @description What gateways may call the model when they register a device.
                         * @example MAX UV385
                         */
                        identifier: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        modelId: string;
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
    deleteModelIdentifier: {
        parameters: {
            query?: {
                /** @description The name or the id of what is to be deleted: needed where something goes along, which the refusal without it tells in its `counts`. */
                confirm?: string;
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                identifierId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The model identifier is deleted. */
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
    patchModelIdentifier: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                identifierId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description What gateways may call the model when they register a device.
                     * @example MAX UV385
                     */
                    identifier?: string;
                    /**
                     * Format: uuid
                     * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                     */
                    modelId?: string;
                };
            };
        };
        responses: {
            /** @description A name by which gateways register devices of a model. */
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
                        /**
                         * @description What gateways may call the model when they register a device.
                         * @example MAX UV385
                         */
                        identifier: string;
                        /**
                         * Format: uuid
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        modelId: string;
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
    getOverview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What runs here, how it is, and how much there is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Customers. */
                        customers: number;
                        /** @description Devices, in any state. */
                        devices: number;
                        disk: {
                            /** @description Size of the database. */
                            databaseBytes: number;
                            /** @description Size of the disk that it lies on; null where no worker can see it. */
                            diskBytes: number | null;
                            /** @description What is free on it. */
                            diskFreeBytes: number | null;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            measuredAt: string;
                            /** @enum {string|null} */
                            warning: "low" | "filling" | null;
                        } | null;
                        /** @description Gateways in use. */
                        gateways: number;
                        /** @description What was stored in each of the last 15 minutes, the newest first, over all customers. */
                        minutes: {
                            /** @description Messages of gateways. */
                            accepted: number;
                            /** @description Of these, such as were known already. */
                            duplicate: number;
                            /** @description The same that were known already. */
                            itemsDuplicate: number;
                            /** @description The same that became dead letters, or a further sight of one. */
                            itemsRejected: number;
                            /** @description Values, events and registrations. */
                            itemsStored: number;
                            /** @description Messages that were found lost: there should be none. */
                            lost: number;
                            /**
                             * Format: date-time
                             * @description Its begin.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            minute: string;
                            /** @description Of these, such as something was refused of. */
                            rejected: number;
                            /** @description Of these, new ones. */
                            stored: number;
                        }[];
                        /** @example 20.19.0 */
                        nodeVersion: string;
                        /** @description Of the tables that are cut by time. */
                        partitions: {
                            /**
                             * Format: date-time
                             * @description Begin of the oldest.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            from: string | null;
                            /** @description How many there are. */
                            partitions: number;
                            /** @enum {unknown} */
                            table: "reading" | "reading_text" | "event_sensor" | "event_log" | "event_setting" | "rollup_minute" | "rollup_hour";
                            /**
                             * Format: date-time
                             * @description End of the newest, and begin of the next one: that is made a week before, by the job make-partitions.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            to: string | null;
                        }[];
                        /** @example 18.1 */
                        postgresVersion: string;
                        /** @description By role and release; each by itself: `GET /processes`. */
                        processes: {
                            /** @description How many live. */
                            count: number;
                            /** @enum {unknown} */
                            role: "broker" | "worker" | "api";
                            version: string;
                        }[];
                        queue: {
                            /** @enum {unknown} */
                            backend: "redis" | "postgres";
                            /** @description Batches that were given up: any is an alarm; null while the queue is away. */
                            failed: number | null;
                            ready: boolean;
                            /**
                             * @description Of its store; null while the queue is away.
                             * @example 7.4.1
                             */
                            version: string | null;
                            /** @description Batches that wait, are worked on or wait for another attempt; null while the queue is away. */
                            waiting: number | null;
                        };
                        schema: {
                            /** @description Migrations that the database has. */
                            migrations: number;
                            /**
                             * @description The newest of them.
                             * @example 20261126T1000_create_maintenance
                             */
                            newest: string | null;
                            /** @description Migrations of this release that it lacks: run `stepcloud migrate`. */
                            pending: string[];
                        };
                        /** @description Sensors. */
                        sensors: number;
                        /**
                         * @description Of this process of StepCloud.
                         * @example 0.1.0
                         */
                        version: string;
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
    getProcesses: {
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
            /** @description A page of processes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description Open MQTT connections of gateways; null where it is no broker. */
                            connections: number | null;
                            /**
                             * @description The machine or container that it runs on.
                             * @example iot-1
                             */
                            host: string;
                            /**
                             * Format: uuid
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            id: string;
                            /**
                             * Format: date-time
                             * @description When it last said that it lives.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            renewedAt: string;
                            /** @enum {unknown} */
                            role: "broker" | "worker" | "api";
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            startedAt: string;
                            /** @example 0.1.0 */
                            version: string;
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
    getQueues: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The queues. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Where the queues are.
                         * @enum {unknown}
                         */
                        backend: "redis" | "postgres";
                        /** @description Each queue; a gateway always uses the same one. */
                        items: {
                            /** @description Batches that a worker is storing. */
                            active: number;
                            /** @description Batches that could not be stored and wait for their next attempt. */
                            delayed: number;
                            /** @description Batches that were given up: any is an alarm. */
                            failed: number;
                            /**
                             * Format: date-time
                             * @description When the oldest of all these was added; null: there is none.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            oldestAt: string | null;
                            /** @description Whether somebody has told BullMQ to hand out none; StepCloud never does. */
                            paused: boolean;
                            /** @description Number of the queue. */
                            shard: number;
                            /** @description Batches that no worker has yet. */
                            waiting: number;
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
    postQueueFailedRetry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the job within its queue. */
                job: number;
                /** @description Number of the queue. */
                shard: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It waits again; this is how it was. */
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
                        addedAt: string;
                        /** @description How often it was tried. */
                        attempts: number;
                        /**
                         * Format: uuid
                         * @description Names the batch in the logs, and in the database once it is stored.
                         * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                         */
                        batch: string;
                        /** @description Size of its messages, packed. */
                        bytes: number;
                        /**
                         * Format: date-time
                         * @description When it was given up.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        failedAt: string | null;
                        /** @description Number of the job within its queue. */
                        job: number;
                        /** @description What the last attempt failed of. */
                        reason: string;
                        /** @description Number of the queue. */
                        shard: number;
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
    getQueuesFailed: {
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
            /** @description A page of failed batches. */
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
                            addedAt: string;
                            /** @description How often it was tried. */
                            attempts: number;
                            /**
                             * Format: uuid
                             * @description Names the batch in the logs, and in the database once it is stored.
                             * @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f
                             */
                            batch: string;
                            /** @description Size of its messages, packed. */
                            bytes: number;
                            /**
                             * Format: date-time
                             * @description When it was given up.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            failedAt: string | null;
                            /** @description Number of the job within its queue. */
                            job: number;
                            /** @description What the last attempt failed of. */
                            reason: string;
                            /** @description Number of the queue. */
                            shard: number;
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
    postQueuesFailedRetry: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They wait again. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description How many there were. */
                        retried: number;
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
    getRetention: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What retention would delete, and what it did. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description When retention ran last, what it did and when it runs next; null before any worker ran. */
                        job: {
                            /** @description Why the last run failed; null when it went well. */
                            error: string | null;
                            /**
                             * @description From the end of a run to the next.
                             * @example 3600000
                             */
                            everyMs: number;
                            /**
                             * Format: date-time
                             * @description When the last run ended. A frequent job that has nothing to do writes this down every five minutes.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            finishedAt: string | null;
                            /** @example retention */
                            name: string;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            nextRunAt: string;
                            /**
                             * Format: date-time
                             * @description Since when a run is wanted out of turn.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            requestedAt: string | null;
                            /**
                             * @description What the job last did, in counts and names; null while it never had anything to do.
                             * @example {
                             *       "readingsPartitions": 1,
                             *       "readingsRows": 2600000,
                             *       "readingsBytes": 195000000
                             *     }
                             */
                            result: {
                                [key: string]: string | number | boolean | null;
                            } | null;
                            /**
                             * Format: date-time
                             * @description When it did that.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            resultAt: string | null;
                            /**
                             * @description The process of the last run: host and pid.
                             * @example worker-1:17
                             */
                            runBy: string | null;
                            /** @description Whether a run is under way. */
                            running: boolean;
                            /**
                             * Format: date-time
                             * @description When the last run began.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            startedAt: string | null;
                            /**
                             * Format: date-time
                             * @description When a run last went well.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            succeededAt: string | null;
                        } | null;
                        policies: {
                            /**
                             * Format: date-time
                             * @description Data from before this time goes; null: none.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            before: string | null;
                            /** @description Bytes on disk that these take, estimated for tables without partitions. */
                            bytes: number;
                            /** @description For how many days it is kept; null: for ever. */
                            days: number | null;
                            /**
                             * @description The kind of data, as in `retentionDays` of broker.config.ts.
                             * @example readings
                             */
                            kept: string;
                            /** @description Partitions that would be dropped now. */
                            partitions: number;
                            /** @description Rows that would go now: estimated for partitions, counted up to a million elsewhere. */
                            rows: number;
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
    getStorage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the database takes of its disk, and for how long that will go on. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        families: {
                            /** @description On disk, with indexes. */
                            bytes: number;
                            /**
                             * @description `rest` is everything else, the queue among it where that is in the database.
                             * @enum {unknown}
                             */
                            family: "readings" | "events" | "logs" | "rollups" | "rest";
                            /** @description How many pieces of time the tables consist of. */
                            partitions: number;
                        }[];
                        /** @description As a worker last measured it. Growth is the median of a week, per day. */
                        measured: {
                            /** @description Size of the database. */
                            databaseBytes: number;
                            /** @description What the database grows by in a day; null before it was watched for a day. */
                            databaseBytesPerDay: number | null;
                            /** @description Days until the disk is full, as it goes now; null: nobody knows. */
                            daysLeft: number | null;
                            /** @description Size of the disk that the database lies on; null where no worker can see it. */
                            diskBytes: number | null;
                            /** @description By how much more of it is used each day, by the database and all else. */
                            diskBytesPerDay: number | null;
                            /** @description What is free on it. */
                            diskFreeBytes: number | null;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            measuredAt: string;
                            /**
                             * Format: date-time
                             * @description When the log last told of the warning, or of its end.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            warnedAt: string | null;
                            /**
                             * @description `low`: little is free; `filling`: the disk will be full soon.
                             * @enum {string|null}
                             */
                            warning: "low" | "filling" | null;
                        } | null;
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
    postSuppliers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example Asiga */
                    name: string;
                };
            };
        };
        responses: {
            /** @description A supplier. */
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
    deleteSupplier: {
        parameters: {
            query?: {
                /** @description The name or the id of what is to be deleted: needed where something goes along, which the refusal without it tells in its `counts`. */
                confirm?: string;
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                supplierId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The supplier is deleted. */
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
    patchSupplier: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                supplierId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @example Asiga */
                    name?: string;
                };
            };
        };
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
    getUsers: {
        parameters: {
            query?: {
                /** @description Only those who may sign in, or may not. */
                active?: boolean;
                /** @description nextCursor of the page before; leave the other parameters as they were. */
                cursor?: string;
                /** @description Only the user with this address, in any case. */
                email?: string;
                /** @description Only admins, or only others. */
                isAdmin?: boolean;
                /** @description Items of a page. */
                limit?: number;
                /** @description Only those with this in their address or names, in upper or lower case. */
                q?: string;
                /** @description In which order; with a `-`, the other way around. */
                sort?: "id" | "email" | "lastName" | "createdAt" | "lastSignInAt" | "-id" | "-email" | "-lastName" | "-createdAt" | "-lastSignInAt";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of users. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            /** @description Whether this user may sign in. */
                            active: boolean;
                            /**
                             * Format: date-time
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            createdAt: string;
                            /** @example ada@example.org */
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
                            /**
                             * Format: date-time
                             * @description Null before the first time.
                             * @example 2026-11-23T09:15:00.000Z
                             */
                            lastSignInAt: string | null;
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
    postUsers: {
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
                     * Format: email
                     * @example ada@example.org
                     */
                    email: string;
                    /** @example Ada */
                    firstName?: string | null;
                    /** @description Left out, no. */
                    isAdmin?: boolean;
                    /** @example Lovelace */
                    lastName?: string | null;
                };
            };
        };
        responses: {
            /** @description A user. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Whether this user may sign in. */
                        active: boolean;
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /** @example ada@example.org */
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
                        /**
                         * Format: date-time
                         * @description Null before the first time.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        lastSignInAt: string | null;
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
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Whether this user may sign in. */
                        active: boolean;
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /** @example ada@example.org */
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
                        /**
                         * Format: date-time
                         * @description Null before the first time.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        lastSignInAt: string | null;
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
    deleteUser: {
        parameters: {
            query?: {
                /** @description The name or the id of what is to be deleted: needed where something goes along, which the refusal without it tells in its `counts`. */
                confirm?: string;
            };
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user is deleted. */
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
    patchUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: email
                     * @example ada@example.org
                     */
                    email?: string;
                    /** @example Ada */
                    firstName?: string | null;
                    /** @example Lovelace */
                    lastName?: string | null;
                };
            };
        };
        responses: {
            /** @description A user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Whether this user may sign in. */
                        active: boolean;
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /** @example ada@example.org */
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
                        /**
                         * Format: date-time
                         * @description Null before the first time.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        lastSignInAt: string | null;
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
    postUserActivate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Whether this user may sign in. */
                        active: boolean;
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /** @example ada@example.org */
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
                        /**
                         * Format: date-time
                         * @description Null before the first time.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        lastSignInAt: string | null;
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
    postUserDeactivate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Whether this user may sign in. */
                        active: boolean;
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /** @example ada@example.org */
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
                        /**
                         * Format: date-time
                         * @description Null before the first time.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        lastSignInAt: string | null;
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
    postUserGrantAdmin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Whether this user may sign in. */
                        active: boolean;
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /** @example ada@example.org */
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
                        /**
                         * Format: date-time
                         * @description Null before the first time.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        lastSignInAt: string | null;
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
    postUserRevokeAdmin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Whether this user may sign in. */
                        active: boolean;
                        /**
                         * Format: date-time
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        createdAt: string;
                        /** @example ada@example.org */
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
                        /**
                         * Format: date-time
                         * @description Null before the first time.
                         * @example 2026-11-23T09:15:00.000Z
                         */
                        lastSignInAt: string | null;
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
    getUserSessions: {
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
                userId: string;
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
    deleteUserSessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example 01936b1e-7c3e-7d5a-9f43-0c6a1b2d3e4f */
                userId: string;
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
}
