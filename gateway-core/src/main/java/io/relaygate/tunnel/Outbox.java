package io.relaygate.tunnel;

import io.relaygate.tunnel.Retention.Slice;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** What a carrier has to say, put together to messages: records, an acknowledgement, bytes of the lane. Guarded by the lane's lock. */
final class Outbox {

    /** Bytes that are copied, so that they do not need a message of their own. */
    private static final int FEW = 512;

    /** An acknowledgement and the head of a record of data. */
    private static final int ACK_ROOM = 2 * CarrierRecord.HEAD + Long.BYTES;

    private final Deque<byte[]> records = new ArrayDeque<>();
    private final Acks acks;

    Outbox(Acks acks) {
        this.acks = acks;
    }

    void add(CarrierRecord record) {
        records.add(record.encode());
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    int size() {
        return records.size();
    }

    void clear() {
        records.clear();
    }

    /**
     * The next message, or null.
     *
     * @param lane the lane whose bytes the carrier may carry now, or null
     * @param most how long it may be
     */
    @Nullable Output next(Carrier carrier, @Nullable Lane lane, int most, long now) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        while (!records.isEmpty() && bytes.size() + records.peekFirst().length < most) {
            bytes.writeBytes(records.removeFirst());
        }
        Slice body = null;
        if (lane != null && records.isEmpty() && bytes.size() + ACK_ROOM < most) {
            body = takeBody(carrier, lane, bytes, most - ACK_ROOM);
            if (acks.due(lane.received(), now, body != null || bytes.size() > 0)) {
                acks.told(lane.received(), now);
                bytes.writeBytes(new CarrierRecord.Ack(lane.received()).encode());
            }
        }
        if (body != null) {
            bytes.writeBytes(CarrierRecord.dataHead(body.length()));
        }
        return bytes.size() == 0 ? null : new Output(bytes.toByteArray(), body);
    }

    /** Few bytes go along as a record of their own, up to those that are worth not to be copied. */
    private static @Nullable Slice takeBody(Carrier carrier, Lane lane, ByteArrayOutputStream bytes, int most) {
        Slice body = lane.take(carrier, most - bytes.size());
        while (body != null
                && body.length() <= FEW
                && lane.hasUnsent(carrier)
                && bytes.size() + 2 * (CarrierRecord.HEAD + FEW) < most) {
            bytes.writeBytes(CarrierRecord.dataHead(body.length()));
            bytes.write(body.bytes(), body.offset(), body.length());
            body.unpin();
            body = lane.take(carrier, most - bytes.size());
        }
        return body;
    }
}
