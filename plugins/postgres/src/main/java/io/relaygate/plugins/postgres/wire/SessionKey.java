package io.relaygate.plugins.postgres.wire;

import java.nio.ByteBuffer;

/** By what a client names one of its sessions, to have a statement ended: the server's process, and a secret. */
public record SessionKey(ByteBuffer bytes) {

    /** Keeps its own copy. */
    public SessionKey {
        bytes = ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip().asReadOnlyBuffer();
    }

    @Override
    public ByteBuffer bytes() {
        return bytes.duplicate();
    }

    /**
     * The key in the body of a message.
     *
     * @throws MalformedException if it is too short or too long
     */
    static SessionKey of(ByteBuffer body) throws MalformedException {
        int secret = body.remaining() - 4;
        if (secret < 4 || secret > FirstMessage.LARGEST_KEY) {
            throw new MalformedException("a session's key of " + secret + " bytes");
        }
        return new SessionKey(body);
    }

    /** It is a secret. */
    @Override
    public String toString() {
        return "a session's key";
    }
}
