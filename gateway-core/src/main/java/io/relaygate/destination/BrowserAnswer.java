package io.relaygate.destination;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What SQL Browser says of one instance: SVR_RESP of MC-SQLR 2.2.5, the answer to CLNT_UCAST_INST.
 *
 * @param port its TCP port, 1 to 65535; null if it has none
 */
record BrowserAnswer(@Nullable Integer port) {

    /** An answer about one instance has no more: 3 bytes and 1,024 of data. */
    static final int LARGEST = 3 + 1024;

    private static final byte CLNT_UCAST_INST = 0x04;
    private static final byte SVR_RESP = 0x05;

    /** The question: CLNT_UCAST_INST of MC-SQLR 2.2.3. */
    static byte[] question(String instance) {
        byte[] name = instance.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(name.length + 2).put(CLNT_UCAST_INST).put(name).put((byte) 0).array();
    }

    /**
     * Reads an answer.
     *
     * @param datagram from its position to its limit
     * @param instance the one that was asked for
     * @throws IllegalArgumentException if it is no answer about that instance; the message says what it is instead
     */
    static BrowserAnswer read(ByteBuffer datagram, String instance) {
        ByteBuffer from = datagram.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (from.remaining() < 3 || from.get() != SVR_RESP) {
            throw new IllegalArgumentException("is none of SQL Browser");
        }
        int size = Short.toUnsignedInt(from.getShort());
        if (size > LARGEST - 3 || size != from.remaining()) {
            throw new IllegalArgumentException("says that it has " + size + " bytes, and has " + from.remaining());
        }
        byte[] data = new byte[size];
        from.get(data);
        Map<String, String> said = said(new String(data, StandardCharsets.ISO_8859_1));
        if (!said.getOrDefault("instancename", "").equalsIgnoreCase(instance)) {
            throw new IllegalArgumentException("is about another instance");
        }
        String port = said.get("tcp");
        return new BrowserAnswer(port == null ? null : port(port));
    }

    /** The first instance's keys and values, {@code ServerName;SQL03;InstanceName;REPORTS;...;tcp;51433;;}. */
    private static Map<String, String> said(String data) {
        String[] words = data.split(";", -1);
        Map<String, String> said = new HashMap<>();
        for (int i = 0; i + 1 < words.length && !words[i].isEmpty(); i += 2) {
            said.putIfAbsent(words[i].toLowerCase(Locale.ROOT), words[i + 1]);
        }
        return said;
    }

    private static int port(String text) {
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("tells no port that there can be");
        }
        return port;
    }
}
