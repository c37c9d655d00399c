package io.relaygate.plugins.ssh.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a side offers to agree on: the lists of SSH_MSG_KEXINIT (RFC 4253 section 7.1), each as it is on the wire, names with commas between them.
 *
 * @param methods of key exchange, and markers that are none
 * @param hostKeys algorithms of host keys
 * @param toServer ciphers, MACs and compressions from client to server
 * @param toClient the same from server to client
 */
public record KeyExchange(String methods, String hostKeys, Ciphers toServer, Ciphers toClient) {

    /** With what a client says in its first lists that it keeps to strict key exchange (OpenSSH PROTOCOL section 1.10). */
    public static final String STRICT_CLIENT = "kex-strict-c-v00@openssh.com";

    /** With what a server does. */
    public static final String STRICT_SERVER = "kex-strict-s-v00@openssh.com";

    private static final int COOKIE = 16;
    private static final int LISTS = 10;
    private static final int LANGUAGES = 8;
    private static final int LONGEST_NAME = 64;

    /** What is offered for one direction. */
    public record Ciphers(String ciphers, String macs, String compressions) {}

    /**
     * Reads the message.
     *
     * @param payload of the packet, with the message's number
     * @throws MalformedException if it is none, has a list without a name or with one that no name can be (RFC 4251 section 6), or more after its end
     */
    public static KeyExchange parse(ByteBuffer payload) throws MalformedException {
        ByteBuffer rest = payload.slice();
        if (rest.remaining() < 1 + COOKIE || rest.get() != Message.KEY_EXCHANGE) {
            throw broken("is none");
        }
        rest.position(rest.position() + COOKIE);
        List<String> lists = new ArrayList<>();
        for (int i = 0; i < LISTS; i++) {
            lists.add(list(rest, i < LANGUAGES));
        }
        // A guess that follows, and four bytes for the future.
        if (rest.remaining() != 1 + 4) {
            throw broken("has a wrong length");
        }
        return new KeyExchange(
                lists.get(0), lists.get(1),
                new Ciphers(lists.get(2), lists.get(4), lists.get(6)),
                new Ciphers(lists.get(3), lists.get(5), lists.get(7)));
    }

    private static String list(ByteBuffer rest, boolean needed) throws MalformedException {
        int length = rest.remaining() < 4 ? -1 : rest.getInt();
        if (length < 0 || length > rest.remaining()) {
            throw broken("has a list that is cut off");
        }
        byte[] names = new byte[length];
        rest.get(names);
        String list = new String(names, StandardCharsets.ISO_8859_1);
        if (list.isEmpty()) {
            if (needed) {
                throw broken("has a list without a name");
            }
            return list;
        }
        int begin = 0;
        for (int i = 0; i <= length; i++) {
            if (i == length || list.charAt(i) == ',') {
                if (i == begin || i - begin > LONGEST_NAME) {
                    throw broken("has a name of " + (i - begin) + " letters");
                }
                begin = i + 1;
            } else if (list.charAt(i) <= ' ' || list.charAt(i) > '~') {
                throw broken("has a name with other letters than ASCII's");
            }
        }
        return list;
    }

    private static MalformedException broken(String what) {
        return new MalformedException("sends an SSH_MSG_KEXINIT that " + what);
    }

    /** Whether a method, or a marker, is among them. */
    public boolean has(String method) {
        return ("," + methods + ",").contains("," + method + ",");
    }

    /** The HASSH of the lists of a client: by it programs know each other's clients (github.com/salesforce/hassh). 32 hexadecimal digits. */
    public String hassh() {
        return hassh(toServer);
    }

    /** The same of the lists of a server. */
    public String hasshServer() {
        return hassh(toClient);
    }

    private String hassh(Ciphers direction) {
        String all = String.join(";", methods, direction.ciphers(), direction.macs(), direction.compressions());
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(all.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
