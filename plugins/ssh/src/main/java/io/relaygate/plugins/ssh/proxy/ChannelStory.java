package io.relaygate.plugins.ssh.proxy;

import io.relaygate.plugins.ssh.wire.SftpOperation;
import io.relaygate.plugins.ssh.wire.SftpRequests;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.sshd.common.SshConstants;
import org.jspecify.annotations.Nullable;

/** What is kept of a channel: what it was for, what was done and shown, and what came of it. Any thread. */
final class ChannelStory {

    private final Visit visit;
    private final int id;
    private final AtomicLong up = new AtomicLong();
    private final AtomicLong down = new AtomicLong();
    private final @Nullable String forward;
    private volatile @Nullable Recording recording;
    private volatile @Nullable SftpRequests sftp;
    private @Nullable Terminal terminal;
    private String kind = "session";
    private String what = "";
    private @Nullable String outcome;

    ChannelStory(Visit visit, int id, String type, byte[] openData) {
        this.visit = visit;
        this.id = id;
        this.forward = switch (type) {
            case "session" -> null;
            case Asking.AGENT -> "the client's agent";
            case "forwarded-tcpip" -> "the client, from " + Forward.named(openData) + " of the target";
            default -> Forward.named(openData);
        };
    }

    /** A request that begins nothing is passed on. */
    synchronized void passes(FromClient.Request request) {
        if (request.type().equals("pty-req")) {
            terminal = Terminal.asked(request.data());
        } else if (request.type().equals("window-change") && terminal != null) {
            terminal = terminal.resized(request.data());
            if (recording != null) {
                recording.resized(terminal);
            }
        }
    }

    /**
     * A program is asked for.
     *
     * @return why it may not begin, for people; null if it may
     */
    synchronized @Nullable String begins(String asked, String command) {
        kind = asked;
        what = command;
        if (asked.equals("exec")) {
            visit.session().event("ssh.exec", Map.of("channel", Integer.toString(id), "command", command));
        }
        if (visit.evidence().sftp() && asked.equals("subsystem") && command.equals("sftp")) {
            sftp = new SftpRequests(this::done);
        }
        return recorded(asked);
    }

    private @Nullable String recorded(String asked) {
        Recordings recordings = visit.evidence().recordings();
        if (recordings == null || recording != null || !recordings.isFor(asked, terminal != null)) {
            return null;
        }
        try {
            recording = recordings.begin(
                    visit.session().facts().id() + "-" + id, terminal == null ? Terminal.UNKNOWN : terminal, e -> recordingFailed(recordings, e));
            return null;
        } catch (IOException e) {
            tellOfRecording(e);
            return recordings.areNeeded() ? "this cannot be recorded, and nothing goes on that is not" : null;
        }
    }

    private void recordingFailed(Recordings recordings, IOException why) {
        tellOfRecording(why);
        if (recordings.areNeeded()) {
            String words = "this cannot be recorded any more, and nothing goes on that is not";
            visit.end(SshConstants.SSH2_DISCONNECT_BY_APPLICATION, words, new IOException(words + ": " + why.getMessage(), why));
        }
    }

    private void tellOfRecording(IOException why) {
        visit.session().event("ssh.recording", Map.of("channel", Integer.toString(id), "failed", why.toString()));
    }

    /** Something was done over sftp. */
    private void done(SftpOperation operation) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("channel", Integer.toString(id));
        switch (operation) {
            case SftpOperation.File(String path, long read, long written, String result) -> {
                facts.put("what", "file");
                facts.put("path", path);
                facts.put("read", Long.toString(read));
                facts.put("written", Long.toString(written));
                facts.put("result", result);
            }
            case SftpOperation.Change(String change, String path, String other, String result) -> {
                facts.put("what", change);
                facts.put("path", path);
                facts.put("other", other);
                facts.put("result", result);
            }
            case SftpOperation.Lost(String why) -> {
                facts.put("what", "lost");
                facts.put("result", why);
            }
        }
        visit.session().event("ssh.sftp", facts);
    }

    /** The program has ended. */
    synchronized void ended(String with) {
        outcome = with;
    }

    /** The client sends these bytes, which the target has not got yet. */
    void sends(byte[] bytes, int length) {
        if (sftp != null) {
            sftp.toServer(bytes, 0, length);
        }
        if (recording != null) {
            recording.types(bytes, length);
        }
    }

    /** The target has got so many. */
    void up(int bytes) {
        up.addAndGet(bytes);
    }

    /** The client is sent these bytes. */
    void down(boolean error, byte[] bytes, int length) {
        down.addAndGet(length);
        if (sftp != null && !error) {
            sftp.toClient(bytes, 0, length);
        }
        if (recording != null) {
            recording.shows(bytes, length);
        }
    }

    /** The target has not opened the channel. */
    void refused(String why) {
        if (forward != null) {
            visit.evidence().forwarded(forward, why, 0, 0);
        } else {
            tell(why);
        }
    }

    /** It is over. */
    void over() {
        if (sftp != null) {
            sftp.end();
        }
        if (recording != null) {
            recording.close();
        }
        if (forward != null) {
            visit.evidence().forwarded(forward, "connected", up.get(), down.get());
        } else {
            String known;
            synchronized (this) {
                known = outcome;
            }
            tell(known == null ? "closed" : known);
        }
    }

    private synchronized void tell(String came) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("channel", Integer.toString(id));
        facts.put("kind", kind);
        if (!what.isEmpty()) {
            facts.put("what", what);
        }
        if (recording != null) {
            facts.put("recording", recording.name());
        }
        facts.put("outcome", came);
        facts.put("bytesUp", Long.toString(up.get()));
        facts.put("bytesDown", Long.toString(down.get()));
        visit.evidence().channelOver(kind, facts);
    }
}
