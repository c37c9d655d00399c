package io.relaygate.plugins.ssh.proxy;

import io.relaygate.plugins.ssh.proxy.ProxySettings.Permit;
import io.relaygate.plugins.ssh.wire.Fields;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a client asks of a target, and whether it may: the one place that looks into requests, and no more than it must. */
sealed interface Asking {

    /** The type of channels to a client's agent, and of the request that lets the target open them (OpenSSH PROTOCOL). */
    String AGENT = "auth-agent@openssh.com";

    String AGENT_REQUEST = "auth-agent-req@openssh.com";

    /** Whether the target may open channels to the client's agent afterwards. */
    static boolean isForAgent(FromClient.Request request) {
        return request.type().equals(AGENT_REQUEST);
    }

    /** Asks for something that is passed on, and begins nothing. */
    record Detail() implements Asking {}

    /**
     * Begins what the channel is for.
     *
     * @param kind {@code shell}, {@code exec} or {@code subsystem}
     * @param what the command, or the subsystem's name; empty for a shell
     */
    record Program(String kind, String what) implements Asking {}

    /**
     * May not be.
     *
     * @param why for people; null if nobody needs to be told
     */
    record Refused(@Nullable String why) implements Asking {}

    /** Judges a request on a channel of type {@code session} (RFC 4254 section 6). */
    static Asking of(FromClient.Request request, Permit permit) {
        try {
            return switch (request.type()) {
                case "pty-req" -> permit.pty() ? new Detail() : new Refused("no terminal is permitted");
                case "env" -> {
                    String name = fields(request.data()).text();
                    yield permit.env().stream().anyMatch(each -> each.fits(name)) ? new Detail() : new Refused(null);
                }
                case "shell" -> permit.shell() ? new Program("shell", "") : new Refused("no shell is permitted");
                case "exec" -> permit.exec() ? new Program("exec", fields(request.data()).text()) : new Refused("no commands are permitted");
                case "subsystem" -> {
                    String name = fields(request.data()).text();
                    boolean may = permit.subsystems().stream().anyMatch(each -> each.fits(name));
                    yield may ? new Program("subsystem", name) : new Refused("this subsystem is not permitted");
                }
                case "window-change", "signal", "break", "xon-xoff", "eow@openssh.com" -> new Detail();
                case "x11-req" -> new Refused("X11 is not forwarded");
                case AGENT_REQUEST -> permit.agentForwarding() ? new Detail() : new Refused("the agent is not forwarded");
                default -> new Refused(null);
            };
        } catch (IOException | IllegalArgumentException e) {
            return new Refused(null);
        }
    }

    /**
     * The host and port that a channel of type {@code direct-tcpip} is to be connected to (RFC 4254 section 7.2).
     *
     * @throws IllegalArgumentException if it is none
     */
    static HostPort target(byte[] openData) {
        try {
            Fields fields = fields(openData);
            return new HostPort(fields.text(), fields.int32());
        } catch (IOException e) {
            throw new IllegalArgumentException("expected a host and a port", e);
        }
    }

    private static Fields fields(byte[] data) {
        return new Fields(data, 0, data.length);
    }
}
