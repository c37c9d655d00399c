package io.relaygate.tunnel;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What proves at a resumption that a peer knows the lane's secret: HMAC-SHA256 over who speaks, what versions both speak,
 * both boots, the lane, the epoch, the counts and both nonces, so that nothing that was once said can be said again, and
 * nobody can make the ends use an older version than they could.
 *
 * @param siteVersions what HELLO offers on the same carrier
 * @param edgeVersions what ATTACH says that the edge speaks
 * @param version the version that was chosen
 * @param edge the edge's boot
 * @param site the site's boot
 * @param edgeNonce the nonce of ATTACH
 * @param siteNonce the nonce of HELLO on the same carrier
 */
record Proof(
        Versions siteVersions,
        Versions edgeVersions,
        int version,
        Bits edge,
        Bits site,
        long lane,
        long epoch,
        Bits edgeNonce,
        Bits siteNonce) {

    /** The edge's proof. */
    Bits ofEdge(Bits secret, long edgeReceived) {
        return mac(secret, "edge", edgeReceived, 0);
    }

    /** The site's proof. */
    Bits ofSite(Bits secret, long edgeReceived, long siteReceived) {
        return mac(secret, "site", edgeReceived, siteReceived);
    }

    private Bits mac(Bits secret, String who, long edgeReceived, long siteReceived) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.bytes(), "HmacSHA256"));
            mac.update(who.getBytes(StandardCharsets.US_ASCII));
            mac.update(edge.bytes());
            mac.update(site.bytes());
            mac.update(edgeNonce.bytes());
            mac.update(siteNonce.bytes());
            return new Bits(mac.doFinal(ByteBuffer.allocate(42)
                    .put(range(siteVersions))
                    .put(range(edgeVersions))
                    .putShort((short) version)
                    .putLong(lane)
                    .putLong(epoch)
                    .putLong(edgeReceived)
                    .putLong(siteReceived)
                    .array()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA256", e);
        }
    }

    private static ByteBuffer range(Versions versions) {
        return ByteBuffer.allocate(4).putShort((short) versions.least()).putShort((short) versions.most()).flip();
    }
}
