package io.relaygate.plugins.ssh.proxy;

import java.util.List;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.ServiceFactory;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.common.cipher.Cipher;
import org.apache.sshd.common.compression.BuiltinCompressions;
import org.apache.sshd.common.kex.BuiltinDHFactories;
import org.apache.sshd.common.kex.extension.DefaultServerKexExtensionHandler;
import org.apache.sshd.common.mac.BuiltinMacs;
import org.apache.sshd.common.mac.Mac;
import org.apache.sshd.common.random.JceRandomFactory;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;

/** What the gateway offers clients: nothing that is known to be weak, and no compression, which lets few bytes become many. */
final class Offer {

    /** After which the version of neither this program nor its library can be told. */
    private static final String SOFTWARE = "RelayGate";

    private static final List<BuiltinDHFactories> KEY_EXCHANGES = List.of(
            BuiltinDHFactories.mlkem768x25519, BuiltinDHFactories.sntrup761x25519, BuiltinDHFactories.sntrup761x25519_openssh,
            BuiltinDHFactories.curve25519, BuiltinDHFactories.curve25519_libssh);

    /** Without ChaCha20: it needs strict key exchange, which not every client has, and clients that have AES too would choose it, at a tenth of the speed. */
    private static final List<NamedFactory<Cipher>> CIPHERS = List.of(
            BuiltinCiphers.aes256gcm, BuiltinCiphers.aes128gcm, BuiltinCiphers.aes256ctr, BuiltinCiphers.aes128ctr);

    private static final List<NamedFactory<Mac>> MACS = List.of(BuiltinMacs.hmacsha256etm, BuiltinMacs.hmacsha512etm);

    /** Of the gateway's keys, and of clients'. */
    static final List<NamedFactory<Signature>> SIGNATURES = List.of(
            BuiltinSignatures.ed25519, BuiltinSignatures.sk_ssh_ed25519, BuiltinSignatures.nistp256, BuiltinSignatures.nistp384,
            BuiltinSignatures.nistp521, BuiltinSignatures.sk_ecdsa_sha2_nistp256, BuiltinSignatures.rsaSHA512, BuiltinSignatures.rsaSHA256);

    private Offer() {}

    /**
     * What MINA makes sessions by. It is never started: sessions come from the gateway, and so do the threads they run on.
     *
     * @param keys whose the gateway's are
     * @param services what clients log in to, and then speak
     */
    static SshServer by(HostKeyRing keys, ServiceFactory... services) {
        SshServer made = new SshServer();
        made.setRandomFactory(JceRandomFactory.INSTANCE);
        made.setKeyExchangeFactories(NamedFactory.setUpTransformedFactories(false, KEY_EXCHANGES, ServerBuilder.DH2KEX));
        made.setCipherFactories(CIPHERS);
        made.setMacFactories(MACS);
        made.setCompressionFactories(List.of(BuiltinCompressions.none));
        made.setSignatureFactories(SIGNATURES);
        made.setKexExtensionHandler(DefaultServerKexExtensionHandler.INSTANCE);
        made.setKeyPairProvider(keys);
        made.setServiceFactories(List.of(services));
        CoreModuleProperties.SERVER_IDENTIFICATION.set(made, SOFTWARE);
        return made;
    }
}
