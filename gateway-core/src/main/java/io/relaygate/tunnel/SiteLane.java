package io.relaygate.tunnel;

import io.relaygate.tunnel.CarrierRecord.Attach;
import io.relaygate.tunnel.CarrierRecord.Create;
import io.relaygate.tunnel.CarrierRecord.Hello;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The site's end of a lane ({@code docs/tunnel.md}, the site's table). */
final class SiteLane extends Lane {

    private final long id;
    private final Identity edge;
    private final Bits secret;
    private final @Nullable String sender;
    private final int window;
    private volatile Origin origin = new Origin("", "");

    /**
     * A lane that an edge has just asked for.
     *
     * @param peer who has proven to be that edge, or null if the carrier is not sealed
     */
    SiteLane(long id, Create create, @Nullable Peer peer, long retentionCap, long now) {
        super(retentionCap, now);
        this.id = id;
        this.edge = create.edge();
        this.secret = peer == null ? create.secret() : peer.laneSecret();
        this.sender = peer == null ? null : peer.name();
        this.window = create.window();
    }

    @Override
    long id() {
        return id;
    }

    /** Where the present carrier comes from. */
    Origin origin() {
        return origin;
    }

    @Override
    String relay() {
        return origin.relay();
    }

    /** The edge whose lane this is, for people: the sender that it has proven to be, or else its instance. */
    String from() {
        return sender == null ? edge.instance() : sender;
    }

    /** The edge whose lane this is. */
    Identity edge() {
        return edge;
    }

    @Override
    int peerWindow() {
        return window;
    }

    /**
     * Another process of the edge has spoken. The lane's own is dead if both are the same instance, and the words were
     * surely spoken after its last ones: they answer a HELLO that was said after those had been heard.
     *
     * @param asked when that HELLO was said
     */
    void otherProcess(Identity other, long asked) {
        if (edge.instance().equals(other.instance()) && !edge.boot().equals(other.boot()) && asked - heard > 0) {
            end(LaneEnd.PEER_LOST, "edge gateway " + edge.instance() + " has been started anew");
        }
    }

    /** Answers CREATE on the carrier that brought it. */
    void create(Carrier carrier, Origin from) {
        if (over()) {
            carrier.close("the site gateway has stopped");
            return;
        }
        origin = from;
        epoch = 1;
        fence(carrier);
        carrier.say(new CarrierRecord.Created(id));
        seen = true;
        enter(new State.Live());
    }

    /** Goes on with the lane on a carrier, if the edge may: S1, S2, S3. */
    void attach(Carrier carrier, Hello hello, Attach attach, Origin from) {
        Proof proof = new Proof(
                hello.versions(),
                attach.versions(),
                attach.version(),
                edge.boot(),
                hello.site().boot(),
                id,
                attach.epoch(),
                attach.nonce(),
                hello.nonce());
        if (!Objects.equals(sender, from.sender())) {
            carrier.close("another sender than the one that has made the lane");
            return;
        }
        if (!proof.ofEdge(secret, attach.received()).equals(attach.proof())) {
            carrier.close("the proof is wrong");
            return;
        }
        if (over()) {
            carrier.sayLast(new CarrierRecord.Gone(id, why()));
            return;
        }
        if (attach.epoch() <= epoch) {
            carrier.close("a stale epoch");
            return;
        }
        epoch = attach.epoch();
        origin = from;
        fence(carrier);
        if (!resumeAt(attach.received())) {
            return;
        }
        long received = received();
        carrier.say(new CarrierRecord.Attached(epoch, received, proof.ofSite(secret, attach.received(), received)));
        seen = true;
        enter(new State.Live());
    }

    /** How and why it has ended; empty before. */
    String why() {
        return state() instanceof State.Ended(LaneEnd end, String reason) ? end + ": " + reason : "";
    }

    @Override
    public String toString() {
        return "lane " + id + " from " + edge.instance() + ", " + state();
    }
}
