package io.relaygate.tunnel;

import java.nio.ByteBuffer;

/** Finds the records in the bytes of a carrier, however these are cut. One thread. */
final class RecordReader {

    /** Takes what is found. */
    interface Sink {

        /** A whole record. */
        void record(CarrierRecord record) throws ProtocolException;

        /** Some bytes of the numbered stream. */
        void data(byte[] bytes, int offset, int length) throws ProtocolException;

        /** A record whose type is unknown and may be. */
        void skipped() throws ProtocolException;
    }

    private final byte[] head = new byte[CarrierRecord.HEAD];
    private int headBytes;
    private int type;
    private int remaining;
    private byte[] body = {};

    /**
     * Takes the next bytes of the carrier.
     *
     * @throws ProtocolException if they break the protocol; nothing may be fed any more
     */
    void feed(byte[] bytes, int offset, int length, Sink sink) throws ProtocolException {
        int at = offset;
        int end = offset + length;
        while (at < end || (headBytes == CarrierRecord.HEAD && remaining == 0)) {
            if (headBytes < CarrierRecord.HEAD) {
                head[headBytes++] = bytes[at++];
                if (headBytes == CarrierRecord.HEAD) {
                    begin();
                }
                continue;
            }
            int n = Math.min(remaining, end - at);
            if (type == CarrierRecord.DATA) {
                sink.data(bytes, at, n);
            } else {
                System.arraycopy(bytes, at, body, body.length - remaining, n);
            }
            at += n;
            remaining -= n;
            if (remaining == 0) {
                finish(sink);
            }
        }
    }

    private void begin() throws ProtocolException {
        type = head[0] & 0xff;
        remaining = (head[1] & 0xff) << 16 | (head[2] & 0xff) << 8 | (head[3] & 0xff);
        if (remaining > (type == CarrierRecord.DATA ? CarrierRecord.LONGEST_DATA : CarrierRecord.LONGEST)) {
            throw new ProtocolException("a record of type " + type + " with " + remaining + " bytes");
        }
        if (type == CarrierRecord.DATA && remaining == 0) {
            throw new ProtocolException("an empty record of data");
        }
        body = type == CarrierRecord.DATA ? body : new byte[remaining];
    }

    private void finish(Sink sink) throws ProtocolException {
        headBytes = 0;
        if (type != CarrierRecord.DATA) {
            byte[] whole = body;
            body = new byte[0];
            CarrierRecord record = CarrierRecord.decode(type, ByteBuffer.wrap(whole));
            if (record == null) {
                sink.skipped();
            } else {
                sink.record(record);
            }
        }
    }
}
