package io.relaygate.tunnel;

import io.relaygate.sdk.RefusedException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Tells in the log how one end of a lane fares, so that pauses of sessions can be explained; the lines of both ends have
 * the same id. What is told of the lane's state is guarded by the lane's lock.
 */
final class LaneLog {

    private static final Logger LOG = LoggerFactory.getLogger(LaneLog.class);

    private final Lane lane;
    private final LaneSlots.Place place;
    private Lane.State told;
    private long epoch;

    /** Of a lane that has just been made. */
    LaneLog(Lane lane, LaneSlots.Place place) {
        this.lane = lane;
        this.place = place;
        this.told = lane.state();
    }

    /** Tells what has become of the lane since it was told of last. */
    void changed() {
        Lane.State before = told;
        told = lane.state();
        switch (told) {
            case Lane.State.Live _ -> live(before);
            case Lane.State.Detached _ -> detached(before);
            case Lane.State.Attaching _ -> {}
            case Lane.State.Ended(LaneEnd end, String reason) -> ended(before, end, reason);
        }
    }

    /** A site's end may go from one carrier to the next without having been without any. */
    private void live(Lane.State before) {
        if (epoch != lane.epoch) {
            epoch = lane.epoch;
            line(Level.INFO).addKeyValue("relay", lane.relay()).addKeyValue("epoch", epoch)
                    .addKeyValue("pausedMs", paused(before)).log("lane on a carrier");
        }
    }

    private static long paused(Lane.State before) {
        return switch (before) {
            case Lane.State.Detached(long since) -> millisFrom(since);
            case Lane.State.Attaching(long since, long _) -> millisFrom(since);
            case Lane.State.Live _, Lane.State.Ended _ -> 0;
        };
    }

    /** What was lost before it was answered is news only to who looks closely. */
    private void detached(Lane.State before) {
        Carrier carrier = lane.cur;
        if (carrier != null && !(before instanceof Lane.State.Detached)) {
            line(before instanceof Lane.State.Live ? Level.INFO : Level.DEBUG).addKeyValue("relay", lane.relay())
                    .addKeyValue("reason", carrier.loss()).addKeyValue("detail", carrier.closed())
                    .log("lane without a carrier");
        }
    }

    private void ended(Lane.State before, LaneEnd end, String reason) {
        if (!(before instanceof Lane.State.Ended)) {
            line(Level.INFO).addKeyValue("end", end).addKeyValue("reason", reason).log("lane over");
        }
    }

    /** A connection is there, of which it is not known yet whether it is a carrier. */
    void dialled(String relay, long began) {
        line(Level.DEBUG).addKeyValue("relay", relay).addKeyValue("tookMs", millisFrom(began)).log("carrier dialled");
    }

    /** The relay has picked another process than the lane's. */
    void strayed(Identity process, long began) {
        line(Level.DEBUG).addKeyValue("process", process.instance()).addKeyValue("tookMs", millisFrom(began))
                .log("another process has answered");
    }

    /** An attempt to get a carrier has failed; {@code tell} if that is news. */
    void failed(RefusedException why, long began, boolean tell) {
        line(tell ? Level.WARN : Level.DEBUG).addKeyValue("reason", why.reason()).addKeyValue("detail", why.getMessage())
                .addKeyValue("tookMs", millisFrom(began)).log("no carrier for a lane");
    }

    /** A session goes over the lane. */
    void opened(Open what) {
        line(Level.DEBUG).addKeyValue("session", what.session()).addKeyValue("source", what.source()).log("session on a lane");
    }

    private static long millisFrom(long began) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    /** An edge's lane has no id before it was made. */
    private LoggingEventBuilder line(Level level) {
        LoggingEventBuilder line = LOG.atLevel(level).addKeyValue("peer", place.peer()).addKeyValue("lane", place.number());
        return lane.id() < 0 ? line : line.addKeyValue("id", lane.id());
    }
}
