package io.relaygate.tunnel;

import io.relaygate.net.Buffers;
import io.relaygate.net.Lease;
import io.relaygate.net.Link;
import io.relaygate.net.Threads;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Moves the bytes of one carrier: a platform thread reads and never waits for anything else, another writes what no
 * session's thread has written itself, and looks at the clock.
 */
final class CarrierLoop implements Wire {

    private final Link link;
    private final Carrier carrier;
    private final Threads threads;
    private final int largest;
    private @Nullable ReentrantLock lock;
    private @Nullable Condition work;
    private boolean writing;
    /** Until when the carrier's own thread sleeps; the past while it is awake. */
    private long wakesAt = Long.MIN_VALUE;
    private boolean over;

    private CarrierLoop(Link link, Opening opening, Timing timing, @Nullable Bits dialledFor, Threads threads) {
        this.link = link;
        this.threads = threads;
        this.largest = link.writeSize();
        this.carrier = new Carrier(opening, timing, this, dialledFor, System.nanoTime());
    }

    /** A carrier that the edge has dialled; runs on threads of its own from now on. */
    static CarrierLoop dialled(
            Opened dialled, EdgeLane lane, Timing timing, @Nullable Bits dialledFor, Threads threads) {
        Opening opening = new Dialled(lane, dialled.relay(), dialled.peer());
        CarrierLoop loop = new CarrierLoop(dialled.link(), opening, timing, dialledFor, threads);
        loop.guardBy(lane);
        threads.startPlatform("carrier-write", loop::write);
        threads.startPlatform("carrier-read", loop::read);
        return loop;
    }

    /** Serves a carrier that the site has accepted: until it belongs to a lane on the calling thread, then on its own. */
    static void accepted(Link link, SiteLanes.Accepted opening, CarrierRecord.Hello hello, Timing timing, Threads threads) {
        CarrierLoop loop = new CarrierLoop(link, opening, timing, null, threads);
        try {
            loop.link.out().write(hello.encode());
            loop.openAsSite(opening, timing);
        } catch (IOException e) {
            loop.carrier.disconnected(CarrierLoss.FAILED, String.valueOf(e.getMessage()), System.nanoTime());
        } catch (RuntimeException | Error e) {
            loop.close();
            loop.carrier.disconnected(CarrierLoss.FAILED, "a defect of this gateway", System.nanoTime());
            throw e;
        } finally {
            loop.handOver(opening.lane());
        }
        if (opening.lane() != null) {
            threads.startPlatform("carrier-write", loop::write);
            threads.startPlatform("carrier-read", loop::read);
        } else {
            loop.flushAlone();
            link.close();
        }
    }

    /** Sends what was appended to a lane, as a {@link SessionLink.Flusher}. */
    static void flush(Lane lane, boolean here) {
        Carrier carrier = lane.cur;
        if (carrier != null && carrier.wire() instanceof CarrierLoop loop) {
            if (here) {
                loop.flush();
            } else {
                loop.wake();
            }
        }
    }

    Carrier carrier() {
        return carrier;
    }

    private void guardBy(Lane lane) {
        work = lane.lock.newCondition();
        lock = lane.lock;
    }

    /** Until a lane has the carrier this thread alone knows it; from then on, however this ends, it holds the lane's lock. */
    private void openAsSite(SiteLanes.Accepted opening, Timing timing) throws IOException {
        byte[] buffer = new byte[4096];
        long end = System.nanoTime() + timing.answer();
        while (opening.lane() == null && carrier.closed() == null) {
            long left = end - System.nanoTime();
            int n = left <= 0 ? 0 : link.read(buffer, 0, buffer.length, java.time.Duration.ofNanos(left));
            if (n < 0) {
                carrier.disconnected(CarrierLoss.CLOSED, "the edge has left", System.nanoTime());
            } else if (n == 0) {
                carrier.tick(System.nanoTime());
                return;
            } else {
                carrier.received(buffer, 0, n, System.nanoTime());
                if (!carrier.hasOutput(System.nanoTime()) && opening.lane() == null && carrier.closed() == null) {
                    continue;
                }
                break;
            }
        }
    }

    /** From here on other threads may have the carrier too. */
    private void handOver(@Nullable SiteLane lane) {
        if (lane != null) {
            guardBy(lane);
            lane.lock.unlock();
        }
    }

    /** What is to be said on a carrier that no lane has got. */
    private void flushAlone() {
        Output output = carrier.next(largest, System.nanoTime());
        if (output != null) {
            try {
                link.out().write(output.records());
            } catch (IOException e) {
                // It was to be closed anyway.
            }
        }
    }

    private ReentrantLock lock() {
        ReentrantLock known = lock;
        if (known == null) {
            throw new IllegalStateException("no lane has the carrier yet");
        }
        return known;
    }

    private Condition work() {
        Condition known = work;
        if (known == null) {
            throw new IllegalStateException("no lane has the carrier yet");
        }
        return known;
    }

    private void read() {
        String end = "the peer has closed the carrier";
        CarrierLoss loss = CarrierLoss.CLOSED;
        try {
            while (link.awaitReadable(Link.FOREVER) && readWhileBusy()) {
                // Nothing is carried now: the wait holds no buffer.
            }
        } catch (IOException e) {
            end = String.valueOf(e.getMessage());
            loss = CarrierLoss.FAILED;
        }
        lock().lock();
        try {
            carrier.disconnected(loss, end, System.nanoTime());
        } finally {
            lock().unlock();
        }
        link.close();
    }

    /** Reads until no session is left; false once the carrier is over. */
    private boolean readWhileBusy() throws IOException {
        Lease buffer = Lease.take();
        try {
            while (true) {
                int n = link.read(buffer.bytes(), 0, Buffers.PAYLOAD, Link.HELD);
                if (n < 0) {
                    return false;
                }
                lock().lock();
                try {
                    carrier.received(buffer, n, System.nanoTime());
                    if (carrier.closed() != null) {
                        return false;
                    }
                    if (!writing && carrier.hasOutput(System.nanoTime())) {
                        work().signal();
                    }
                    if (!carrier.busy()) {
                        return true;
                    }
                } finally {
                    lock().unlock();
                }
                if (buffer.shared()) {
                    buffer.release();
                    buffer = Lease.take();
                }
            }
        } finally {
            buffer.release();
        }
    }

    private void write() {
        lock().lock();
        try {
            while (carrier.closed() == null) {
                long now = System.nanoTime();
                carrier.tick(now);
                if (!writing && carrier.hasOutput(now)) {
                    writeOnce();
                } else if (carrier.closed() == null) {
                    wakesAt = carrier.due();
                    work().awaitNanos(Math.max(TimeUnit.MILLISECONDS.toNanos(1), wakesAt - now));
                    wakesAt = Long.MIN_VALUE;
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        } finally {
            lock().unlock();
        }
    }

    /**
     * Writes on the calling thread what is there, unless another thread does so already, who will see it. Gives way to
     * the carrier's own thread after a while. The lane's lock is held, but not while bytes go out.
     */
    void flush() {
        for (int i = 0; i < 2 && !writing && carrier.hasOutput(System.nanoTime()); i++) {
            writeOnce();
        }
        // While bytes went out nobody was woken: there may also be something that is to be done soon.
        wake();
    }

    private void writeOnce() {
        Output output = carrier.next(largest, System.nanoTime());
        if (output == null) {
            return;
        }
        writing = true;
        String failure = "a defect of this gateway";
        lock().unlock();
        try {
            Retention.Slice body = output.body();
            if (body == null) {
                link.out().write(output.records());
            } else {
                link.write(output.records(), body.bytes(), body.offset(), body.length());
            }
            failure = null;
        } catch (IOException e) {
            failure = String.valueOf(e.getMessage());
        } finally {
            lock().lock();
            writing = false;
            if (output.body() != null) {
                output.body().unpin();
            }
            if (failure != null) {
                carrier.disconnected(CarrierLoss.FAILED, failure, System.nanoTime());
            }
        }
        if (failure == null) {
            carrier.flushed();
        }
    }

    /** The carrier's own thread is needed only if it would sleep past what is to be done. */
    @Override
    public void wake() {
        if (work != null && !writing && (carrier.due() < wakesAt || carrier.hasOutput(System.nanoTime()))) {
            work.signal();
        }
    }

    /** Nothing blocks here: whoever reads or writes finds out. Who writes would hold a close up, and is held up himself. */
    @Override
    public void close() {
        if (!over) {
            over = true;
            if (work != null) {
                work.signal();
            }
            threads.start("carrier-close", writing ? link::abort : link::close);
        }
    }
}
