package io.relaygate.plugins.http.storage;

/** What a request does, as far as policy tells requests apart. */
public enum Operation {
    /** Reads blobs, entities, messages without taking them, and what is said of them and of what they are in. */
    READ,
    /** Lists containers, queues, tables, or the blobs in a container. */
    LIST,
    /** Writes blobs, entities, or what is said of them; adds messages; leases and snapshots. */
    WRITE,
    /** Deletes blobs and entities, and all messages of a queue. */
    DELETE,
    /** Takes messages from a queue, changes and deletes those that were taken. */
    PROCESS,
    /** Makes containers, queues and tables. */
    CREATE,
    /** Deletes containers, queues and tables with all that is in them. */
    DROP,
    /** Reads and changes who may do what, and the settings of a service. */
    ADMIN
}
