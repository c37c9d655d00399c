package io.relaygate.plugins.ssh.client;

import com.jcraft.jsch.Session;
import java.util.List;

/** What may be agreed on with a server. */
public enum Algorithms {
    /** Nothing that is known to be weak. */
    MODERN("", "", "", ""),
    /** For servers that know nothing better: SHA-1 and CBC too, after all others. */
    LEGACY(
            ",diffie-hellman-group14-sha256,diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1",
            ",ssh-rsa",
            ",aes256-cbc,aes192-cbc,aes128-cbc,3des-cbc",
            ",hmac-sha1-etm@openssh.com,hmac-sha1");

    private static final String KEX = "mlkem768x25519-sha256,curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,"
            + "ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,"
            + "diffie-hellman-group-exchange-sha256";
    private static final String CIPHERS =
            "aes128-gcm@openssh.com,aes256-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-ctr";
    private static final String MACS = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";
    private static final String SIGNATURES =
            "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256";
    private static final String CERTIFICATES = "ssh-ed25519-cert-v01@openssh.com,ecdsa-sha2-nistp256-cert-v01@openssh.com,"
            + "ecdsa-sha2-nistp384-cert-v01@openssh.com,ecdsa-sha2-nistp521-cert-v01@openssh.com,"
            + "rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-256-cert-v01@openssh.com";

    private final String kex;
    private final String signatures;
    private final String ciphers;
    private final String macs;

    Algorithms(String kex, String signatures, String ciphers, String macs) {
        this.kex = KEX + kex;
        this.signatures = SIGNATURES + signatures;
        this.ciphers = CIPHERS + ciphers;
        this.macs = MACS + macs;
    }

    /**
     * Has a session agree on these and nothing else.
     *
     * @param keys whether it may show a plain key
     * @param certificates whether it may show a certificate
     */
    void limit(Session session, boolean keys, boolean certificates) {
        String shown = !certificates ? signatures : keys ? CERTIFICATES + "," + signatures : CERTIFICATES;
        session.setConfig("kex", kex);
        session.setConfig("server_host_key", shown);
        session.setConfig("ca_signature_algorithms", signatures);
        session.setConfig("PubkeyAcceptedAlgorithms", CERTIFICATES + "," + signatures);
        for (String direction : List.of("c2s", "s2c")) {
            session.setConfig("cipher." + direction, ciphers);
            session.setConfig("mac." + direction, macs);
            session.setConfig("compression." + direction, "none");
        }
    }
}
