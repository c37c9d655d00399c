package io.relaygate.azure;

import io.relaygate.net.WebCall;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets a person sign in with a browser on any machine (device authorization grant, RFC 8628). What comes of it is a refresh token in a file
 * of the owner alone, from which {@link EntraTokens} are made. Not safe for threads.
 */
public final class SignIn {

    private static final Duration ONE_CALL = Duration.ofSeconds(10);
    /** What RFC 8628 has where no interval is given, and adds for each {@code slow_down}. */
    private static final int INTERVAL = 5;
    private static final int USUAL_LIFE = 900;

    private final SignedIn person;
    private final Pause pause;

    /** Waits between two questions. */
    interface Pause {
        /** Waits so long. */
        void of(Duration time) throws InterruptedException;
    }

    /**
     * Where a person signs in.
     *
     * @param address of a page
     * @param code what the page asks for
     * @param life how long it does
     */
    public record Code(String address, String code, Duration life) {}

    SignIn(SignedIn person, Pause pause) {
        this.person = person;
        this.pause = pause;
    }

    SignIn(SignedIn person) {
        this(person, SignIn::waited);
    }

    /** Whether somebody has signed in; that it still counts only Microsoft Entra knows. */
    public boolean isDone() {
        return person.isThere();
    }

    /**
     * Waits until somebody has signed in.
     *
     * @param resource what tokens are to be for
     * @param show is told once where
     * @throws IOException if nobody does, or may; the message says why
     */
    public void run(String resource, Consumer<Code> show) throws IOException {
        String deviceCode;
        Code code;
        int interval;
        try (Form form = new Form()) {
            form.put("client_id", person.clientId()).put("scope", SignedIn.scope(resource));
            WebCall.Answer answer = person.endpoint().post("devicecode", form, Instant.now().plus(ONE_CALL));
            if (answer.head().status() != 200) {
                throw TokenAnswer.refusal(answer, TokenEndpoint.NAME);
            }
            byte[] body = answer.body();
            deviceCode = Web.text(body, "device_code");
            code = new Code(
                    Web.said(body, "verification_uri"), Web.said(body, "user_code"), Duration.ofSeconds(number(Web.said(body, "expires_in"), USUAL_LIFE)));
            interval = number(Web.said(body, "interval"), INTERVAL);
        }
        if (deviceCode.isEmpty() || code.address().isEmpty() || code.code().isEmpty()) {
            throw new IOException(TokenEndpoint.NAME + " answered without a place to sign in");
        }
        show.accept(code);
        try {
            poll(deviceCode, interval, code.life());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for somebody to sign in", e);
        }
    }

    private void poll(String deviceCode, int first, Duration life) throws IOException, InterruptedException {
        Duration waited = Duration.ZERO;
        for (Duration interval = Duration.ofSeconds(first); waited.compareTo(life) < 0; waited = waited.plus(interval)) {
            pause.of(interval);
            WebCall.Answer answer = asked(deviceCode);
            if (answer == null) {
                continue;
            }
            if (answer.head().status() == 200) {
                boolean kept = person.keep(answer);
                Arrays.fill(answer.body(), (byte) 0);
                if (!kept) {
                    throw new IOException(TokenEndpoint.NAME + " gives no refresh token; does the application allow public client flows?");
                }
                return;
            }
            switch (Web.said(answer.body(), "error")) {
                case "authorization_pending" -> {}
                case "slow_down" -> interval = interval.plusSeconds(INTERVAL);
                case "authorization_declined", "access_denied" -> throw new IOException("the sign-in was declined");
                case "expired_token", "code_expired" -> throw new IOException("nobody has signed in in time");
                default -> {
                    IOException refusal = TokenAnswer.refusal(answer, TokenEndpoint.NAME);
                    if (!(refusal instanceof BusyException)) {
                        throw refusal;
                    }
                }
            }
        }
        throw new IOException("nobody has signed in in time");
    }

    /** Null if there was no answer: people take longer than most outages (RFC 8628 section 3.5). */
    private WebCall.@Nullable Answer asked(String deviceCode) {
        try (Form form = new Form()) {
            form.put("grant_type", "urn:ietf:params:oauth:grant-type:device_code").put("client_id", person.clientId()).put("device_code", deviceCode);
            return person.endpoint().post("token", form, Instant.now().plus(ONE_CALL));
        } catch (IOException e) {
            return null;
        }
    }

    private static int number(String text, int otherwise) {
        return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : otherwise;
    }

    private static void waited(Duration time) throws InterruptedException {
        ReentrantLock lock = new ReentrantLock();
        Condition never = lock.newCondition();
        lock.lock();
        try {
            long left = time.toNanos();
            while (left > 0) {
                left = never.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
