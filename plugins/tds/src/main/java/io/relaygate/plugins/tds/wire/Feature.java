package io.relaygate.plugins.tds.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A feature that a client asks for in LOGIN7, or that a server grants (MS-TDS sections 2.2.6.4, FeatureExt, and 2.2.7.11). Which they
 * are need not be known to pass them on.
 *
 * @param data without its length
 */
public record Feature(int id, ByteBuffer data) {

    /** A session that was lost and is to be as it was. */
    public static final int SESSION_RECOVERY = 0x01;

    /** Federated authentication. */
    public static final int FEDERATED = 0x02;

    /** Addresses of Azure SQL that a client may keep. */
    public static final int AZURE_DNS_CACHE = 0x0b;

    private static final int END = 0xff;
    private static final int MOST = 32;

    /** Keeps the data as they are. */
    public Feature {
        data = data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads features up to the byte that ends them; the buffer stands behind it then.
     *
     * @throws MalformedException if they are none
     */
    static List<Feature> read(ByteBuffer in) throws MalformedException {
        List<Feature> features = new ArrayList<>();
        while (true) {
            if (!in.hasRemaining()) {
                throw new MalformedException("features without an end");
            }
            int id = in.get() & 0xff;
            if (id == END) {
                return features;
            }
            if (in.remaining() < 4 || features.size() == MOST) {
                throw new MalformedException("features that cannot be read");
            }
            int length = in.getInt();
            if (length < 0 || length > in.remaining()) {
                throw new MalformedException("feature " + id + " is longer than what carries it");
            }
            features.add(new Feature(id, in.slice(in.position(), length)));
            in.position(in.position() + length);
        }
    }

    /** As they are on the wire, with the byte that ends them. */
    static void write(List<Feature> features, TokenWriter out) {
        for (Feature feature : features) {
            out.int8(feature.id()).int32(feature.data().remaining()).bytes(feature.data());
        }
        out.int8(END);
    }
}
