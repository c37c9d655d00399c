package io.relaygate.plugins.ssh.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** With what clients and servers begin, for tests. */
public final class Greetings {

    /** What OpenSSH 7.7 offers for a direction, and by which its HASSH is known. */
    static final String METHODS = "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
            + "diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,"
            + "diffie-hellman-group-exchange-sha1,diffie-hellman-group14-sha256,diffie-hellman-group14-sha1,ext-info-c";

    static final String CIPHERS =
            "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com";
    static final String MACS = "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,"
            + "hmac-sha1-etm@openssh.com,umac-64@openssh.com,umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1";
    static final String COMPRESSIONS = "none,zlib@openssh.com,zlib";

    private Greetings() {}

    /** SSH_MSG_KEXINIT with these ten lists. */
    static byte[] message(List<String> lists) {
        int length = lists.stream().mapToInt(list -> 4 + list.length()).sum();
        ByteBuffer message = ByteBuffer.allocate(1 + 16 + length + 1 + 4).put((byte) Message.KEY_EXCHANGE).put(new byte[16]);
        lists.forEach(list -> message.putInt(list.length()).put(list.getBytes(StandardCharsets.ISO_8859_1)));
        return message.put((byte) 0).putInt(0).array();
    }

    /** The packet of a message that offers little, and these methods. */
    public static byte[] offer(String methods) {
        return offer(methods, "hmac-sha2-256", "hmac-sha2-512");
    }

    /** The same with these MACs, to the server and to the client. */
    public static byte[] offer(String methods, String toServer, String toClient) {
        return Packet.encode(message(List.of(methods, "ssh-ed25519", "aes128-ctr", "aes256-ctr", toServer, toClient, "none", "none", "", "")));
    }

    /** An identification string and what follows it at once. */
    public static byte[] line(String identification, byte[]... packets) {
        byte[] line = (identification + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] all = Arrays.copyOf(line, line.length + Arrays.stream(packets).mapToInt(packet -> packet.length).sum());
        int at = line.length;
        for (byte[] packet : packets) {
            System.arraycopy(packet, 0, all, at, packet.length);
            at += packet.length;
        }
        return all;
    }
}
