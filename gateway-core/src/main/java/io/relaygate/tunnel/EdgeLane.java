package io.relaygate.tunnel;

import io.relaygate.tunnel.CarrierRecord.Attached;
import io.relaygate.tunnel.CarrierRecord.Hello;
import java.security.SecureRandom;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The edge's end of a lane: it dials, raises epochs and creates ({@code docs/tunnel.md}, the edge's table). */
final class EdgeLane extends Lane {

    private final Identity edge;
    private final SecureRandom random;
    private final int window;
    private Bits secret;
    private volatile @Nullable Peer peer;
    private int version;
    private volatile @Nullable Identity site;
    private String relay = "";
    private long id = -1;
    private int peerWindow;
    private Bits nonce;
    private long told;

    /**
     * A lane that no site knows yet.
     *
     * @param window the bytes that the site may send in every new session before it has credit
     */
    EdgeLane(Identity edge, SecureRandom random, int window, long retentionCap, long now) {
        super(retentionCap, now);
        this.edge = edge;
        this.random = random;
        this.window = window;
        this.nonce = Bits.random(CarrierRecord.NONCE, random);
        this.secret = Bits.random(CarrierRecord.SECRET, random);
    }

    /** The site whose lane this is; null before it was made. Any thread. */
    @Nullable Identity site() {
        return site;
    }

    /** Who has proven to be at the other end; null while the carrier is not sealed. Any thread. */
    @Nullable Peer peer() {
        return peer;
    }

    @Override
    String relay() {
        return relay;
    }

    @Override
    long id() {
        return id;
    }

    @Override
    int peerWindow() {
        return peerWindow;
    }

    /** The site has spoken on a carrier that is to be used: E1, E2. */
    void hello(Carrier carrier, Hello hello, String over, @Nullable Peer proven, long now) throws ProtocolException {
        if (over()) {
            carrier.close("the lane has ended");
            return;
        }
        int shared = Versions.OURS.sharedWith(hello.versions());
        Identity known = site;
        if (known != null && !known.boot().equals(hello.site().boot())) {
            otherProcess(hello.site(), carrier.dialledFor());
            carrier.close("another process of the site");
            return;
        }
        version = shared;
        boolean first = known == null;
        epoch = first ? 1 : epoch + 1;
        fence(carrier);
        relay = over;
        peer = proven;
        enter(new State.Attaching(detachedSince(now), now));
        nonce = Bits.random(CarrierRecord.NONCE, random);
        if (first) {
            carrier.say(new CarrierRecord.Create(Versions.OURS, version, edge, ownSecret(proven), window));
        } else {
            // After the fence: what comes on the old carrier from now on does not count.
            told = received();
            Bits proof = proof(hello).ofEdge(secret, told);
            carrier.say(new CarrierRecord.Attach(
                    Versions.OURS, version, hello.site().boot(), id, epoch, told, nonce, proof));
        }
    }

    /**
     * A process of the site has answered a dial that is not the lane's. The lane's own is dead if that is the same
     * instance and its boot was asked for: then the answer is younger than all that the lane has ever heard.
     *
     * @param asked the boot that the dial named, or null if none
     */
    void otherProcess(Identity answered, @Nullable Bits asked) {
        Identity known = site;
        if (known != null
                && asked != null
                && known.boot().equals(asked)
                && known.instance().equals(answered.instance())
                && !known.boot().equals(answered.boot())) {
            end(LaneEnd.PEER_LOST, "site gateway " + known.instance() + " has been started anew");
        }
    }

    /** Where the carrier is sealed both ends know the secret, and none is said. */
    private Bits ownSecret(@Nullable Peer proven) {
        if (proven == null) {
            return secret;
        }
        secret = proven.laneSecret();
        return Bits.NO_SECRET;
    }

    private long detachedSince(long now) {
        return switch (state()) {
            case State.Detached(long since) -> since;
            case State.Attaching(long since, long _) -> since;
            case State.Live _, State.Ended _ -> now;
        };
    }

    private Proof proof(Hello hello) {
        return new Proof(
                hello.versions(), Versions.OURS, version, edge.boot(), hello.site().boot(), id, epoch, nonce, hello.nonce());
    }

    /** The site has made the lane. */
    void created(Carrier carrier, Hello hello, long lane) throws ProtocolException {
        if (!answers(carrier)) {
            return;
        }
        if (site != null) {
            throw new ProtocolException("a lane is created that was attached");
        }
        id = lane;
        site = hello.site();
        peerWindow = hello.window();
        seen = true;
        enter(new State.Live());
    }

    /** The site goes on with the lane: E3, E4. */
    void attached(Carrier carrier, Hello hello, Attached answer) throws ProtocolException {
        if (!answers(carrier)) {
            return;
        }
        Bits proof = proof(hello).ofSite(secret, told, answer.received());
        if (site == null || answer.epoch() != epoch || !proof.equals(answer.proof())) {
            throw new ProtocolException("the proof is wrong");
        }
        seen = true;
        if (resumeAt(answer.received())) {
            enter(new State.Live());
        }
    }

    /** The site does not know the lane. */
    void gone(Carrier carrier, String reason) throws ProtocolException {
        if (answers(carrier)) {
            if (site == null) {
                throw new ProtocolException("a lane is gone that was never made");
            }
            end(LaneEnd.RELAY_LOST, "the site has given the lane up" + (reason.isEmpty() ? "" : ": " + reason));
        }
    }

    private boolean answers(Carrier carrier) throws ProtocolException {
        if (carrier != cur || over()) {
            carrier.close("not the lane's carrier any more");
            return false;
        }
        if (seen) {
            throw new ProtocolException("an answer that nobody asked for");
        }
        return state() instanceof State.Attaching || notExpected(carrier);
    }

    /** The answer came after the carrier was given up: it is too late, and a new attempt is coming. */
    private static boolean notExpected(Carrier carrier) {
        carrier.close("answered too late");
        return false;
    }

    @Override
    public String toString() {
        return "lane " + id + " to " + Objects.toString(site, "no site yet") + ", " + state();
    }
}
