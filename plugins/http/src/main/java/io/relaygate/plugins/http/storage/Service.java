package io.relaygate.plugins.http.storage;

/** A service of a storage account. */
public enum Service {
    /** Blobs in containers. */
    BLOB,
    /** Messages in queues. */
    QUEUE,
    /** Entities in tables. */
    TABLE
}
