package io.relaygate.plugins.ssh.wire;

/** What comes over a channel from the peer, in its order (RFC 4254 sections 5.2 to 6.10). */
public sealed interface Incoming {

    /**
     * Bytes.
     *
     * @param error whether they are of the second stream (SSH_EXTENDED_DATA_STDERR), and not of the first
     * @param bytes the reader's own from now on
     * @param length how many of them count
     */
    @SuppressWarnings("ArrayRecordComponent") // Whoever carries bytes does not want them copied; nobody compares these.
    record Data(boolean error, byte[] bytes, int length) implements Incoming {}

    /** The peer sends no more bytes (SSH_MSG_CHANNEL_EOF). */
    record Ended() implements Incoming {}

    /** The program has ended with this status. */
    record ExitStatus(int status) implements Incoming {}

    /**
     * The program was ended by a signal.
     *
     * @param name without {@code SIG}
     * @param core whether it has left a core dump
     * @param message of the peer's own, for people; it may hold anything
     */
    record ExitSignal(String name, boolean core, String message) implements Incoming {}

    /**
     * Another request, which asks for no answer: {@code xon-xoff}, {@code eow@openssh.com}.
     *
     * @param data what follows {@code want_reply}
     */
    @SuppressWarnings("ArrayRecordComponent") // As above.
    record Request(String type, byte[] data) implements Incoming {}
}
