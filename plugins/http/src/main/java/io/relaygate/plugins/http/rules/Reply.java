package io.relaygate.plugins.http.rules;

import io.relaygate.plugins.http.wire.Fields;

/**
 * What a request is answered with that goes no further, though nothing has failed.
 *
 * @param status from 200
 * @param fields without those that say the framing
 * @param body may be empty; sent as UTF-8
 */
public record Reply(int status, Fields fields, String body) {

    static Reply empty(int status) {
        return new Reply(status, new Fields(), "");
    }

    /** Whether there can be a body (RFC 9110 section 6.4.1). */
    public boolean canHaveBody() {
        return status != 204 && status != 304;
    }
}
