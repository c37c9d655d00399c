package io.relaygate.plugins.ssh.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Follows a conversation of sftp, version 3 (draft-ietf-secsh-filexfer-02, and OpenSSH PROTOCOL section 4), and tells what is done: it is shown the bytes
 * and changes none. What it cannot follow it says once, and is silent from then on. Any thread; memory is bounded by {@link #MOST_OPEN} and
 * {@link #MOST_WAITING}.
 */
public final class SftpRequests {

    /** How many files are followed at once. */
    static final int MOST_OPEN = 1024;

    /** How many requests may wait for their answer. */
    static final int MOST_WAITING = 1024;

    private static final int VERSION = 3;
    private static final int STATUS = 101;
    private static final int HANDLE = 102;
    private static final int DATA = 103;
    private static final String CLIENT = "the client";
    private static final String SERVER = "the server";
    private static final String UNANSWERED = "not answered";

    private final Consumer<SftpOperation> told;
    private final SftpPackets fromClient = new SftpPackets(CLIENT);
    private final SftpPackets fromServer = new SftpPackets(SERVER);

    /** Requests without their answer, by their number. */
    private final Map<Integer, Request> waiting = new LinkedHashMap<>();

    private final Map<String, OpenFile> open = new LinkedHashMap<>();
    private boolean begun;
    private boolean agreed;
    private boolean over;

    /** A file that is open. */
    private static final class OpenFile {
        final String path;
        long read;
        long written;
        String result = SftpStatus.OK;

        OpenFile(String path) {
            this.path = path;
        }

        void failed(String how) {
            result = result.equals(SftpStatus.OK) ? how : result;
        }

        SftpOperation.File told() {
            return new SftpOperation.File(path, read, written, result);
        }
    }

    /** What waits for an answer. */
    private sealed interface Request {}

    private record Open(String path) implements Request {}

    private record Read(OpenFile file) implements Request {}

    private record Write(OpenFile file, int bytes) implements Request {}

    private record Close(OpenFile file) implements Request {}

    private record Change(String what, String path, String other) implements Request {}

    /** Nothing is told of it; but its answer must not pass for another's. */
    private record Other() implements Request {}

    /** A conversation that has not begun. */
    public SftpRequests(Consumer<SftpOperation> told) {
        this.told = told;
    }

    /** Bytes of the client's, before they are passed on. */
    public synchronized void toServer(byte[] bytes, int offset, int length) {
        follow(fromClient, bytes, offset, length, this::request);
    }

    /** Bytes of the server's. */
    public synchronized void toClient(byte[] bytes, int offset, int length) {
        follow(fromServer, bytes, offset, length, this::answer);
    }

    private void follow(SftpPackets packets, byte[] bytes, int offset, int length, SftpPackets.Taker taker) {
        if (over) {
            return;
        }
        try {
            packets.take(bytes, offset, length, taker);
        } catch (MalformedException e) {
            end();
            told.accept(new SftpOperation.Lost(String.valueOf(e.getMessage())));
        }
    }

    /** The conversation is over: tells what was not answered, and of the files that were not closed. */
    public synchronized void end() {
        if (over) {
            return;
        }
        over = true;
        List<Request> left = new ArrayList<>(waiting.values());
        waiting.clear();
        for (Request request : left) {
            switch (request) {
                case Open(String path) -> told.accept(new SftpOperation.File(path, 0, 0, UNANSWERED));
                case Close(OpenFile file) -> {
                    file.failed(UNANSWERED);
                    told.accept(file.told());
                }
                case Change(String what, String path, String other) -> told.accept(new SftpOperation.Change(what, path, other, UNANSWERED));
                case Read _, Write _, Other _ -> {}
            }
        }
        open.values().forEach(file -> {
            file.failed("not closed");
            told.accept(file.told());
        });
        open.clear();
    }

    private void request(ByteBuffer bytes, int missing) throws MalformedException {
        SftpReader packet = new SftpReader(bytes, missing, CLIENT);
        int type = packet.type();
        int number = packet.number();
        if (!begun) {
            begin(type, number);
            return;
        }
        Request request = switch (type) {
            case 3 -> new Open(packet.path());
            case 4 -> closing(packet.handle());
            case 5 -> new Read(file(packet));
            case 6 -> writing(packet);
            case 9 -> changeWith("setstat", packet.path(), packet);
            case 10 -> {
                OpenFile file = open.get(packet.handle());
                yield file == null ? new Other() : changeWith("setstat", file.path, packet);
            }
            case 13 -> new Change("remove", packet.path(), "");
            case 14 -> new Change("mkdir", packet.path(), "");
            case 15 -> new Change("rmdir", packet.path(), "");
            case 18 -> new Change("rename", packet.path(), packet.path());
            case 20 -> link(packet);
            case 200 -> extended(packet.path(), packet);
            default -> new Other();
        };
        await(number, request);
    }

    private void begin(int type, int version) throws MalformedException {
        if (type != 1) {
            throw new MalformedException(CLIENT + " does not begin with SSH_FXP_INIT");
        }
        if (version < VERSION) {
            throw new MalformedException(CLIENT + " speaks version " + Integer.toUnsignedString(version) + " of sftp");
        }
        begun = true;
    }

    private void await(int number, Request request) throws MalformedException {
        if (waiting.size() == MOST_WAITING) {
            throw new MalformedException("more than " + MOST_WAITING + " requests wait for an answer");
        }
        if (waiting.put(number, request) != null) {
            throw new MalformedException(CLIENT + " has two requests of the same number at once");
        }
    }

    /** From now on the handle may mean another file. */
    private Request closing(String handle) {
        OpenFile file = open.remove(handle);
        return file == null ? new Other() : new Close(file);
    }

    private Request writing(SftpReader packet) throws MalformedException {
        OpenFile file = file(packet);
        packet.skip(8);
        return new Write(file, packet.data());
    }

    /** A handle that the server has given nobody is guessed, and what is done with it would not be seen. */
    private OpenFile file(SftpReader packet) throws MalformedException {
        OpenFile file = open.get(packet.handle());
        if (file == null) {
            throw new MalformedException(CLIENT + " uses a handle that no open file has");
        }
        return file;
    }

    private static Request changeWith(String what, String path, SftpReader packet) throws MalformedException {
        return new Change(what, path, packet.hasMore() ? SftpStatus.attributes(packet.number()) : "");
    }

    /** OpenSSH has always sent where the link leads to first, against the draft (OpenSSH PROTOCOL section 4.1), and others follow it. */
    private static Request link(SftpReader packet) throws MalformedException {
        String leadsTo = packet.path();
        return new Change("symlink", packet.path(), leadsTo);
    }

    private Request extended(String name, SftpReader packet) throws MalformedException {
        return switch (name) {
            case "posix-rename@openssh.com" -> new Change("rename", packet.path(), packet.path());
            case "hardlink@openssh.com" -> {
                String leadsTo = packet.path();
                yield new Change("hardlink", packet.path(), leadsTo);
            }
            case "lsetstat@openssh.com" -> changeWith("setstat", packet.path(), packet);
            case "copy-data" -> {
                OpenFile from = open.get(packet.handle());
                packet.skip(16);
                OpenFile to = open.get(packet.handle());
                yield from == null || to == null ? new Other() : new Change("copy", from.path, to.path);
            }
            default -> new Other();
        };
    }

    private void answer(ByteBuffer bytes, int missing) throws MalformedException {
        SftpReader packet = new SftpReader(bytes, missing, SERVER);
        int type = packet.type();
        int number = packet.number();
        if (!agreed) {
            if (type != 2 || number != VERSION) {
                throw new MalformedException(type == 2
                        ? SERVER + " speaks version " + Integer.toUnsignedString(number) + " of sftp" : SERVER + " does not begin with SSH_FXP_VERSION");
            }
            agreed = true;
            return;
        }
        Request request = waiting.remove(number);
        if (request == null) {
            return;
        }
        String result = type == STATUS ? SftpStatus.words(packet.number()) : "answered with message " + type;
        switch (request) {
            case Open(String path) when type == HANDLE -> opened(path, packet.handle());
            case Open(String path) -> told.accept(new SftpOperation.File(path, 0, 0, result));
            case Read(OpenFile file) when type == DATA -> file.read += packet.data();
            case Read(OpenFile file) when result.equals(SftpStatus.END) -> {}
            case Read(OpenFile file) -> file.failed(result);
            case Write(OpenFile file, int length) when result.equals(SftpStatus.OK) -> file.written += length;
            case Write(OpenFile file, int length) -> file.failed(result);
            case Close(OpenFile file) -> {
                file.failed(result);
                told.accept(file.told());
            }
            case Change(String what, String path, String other) -> told.accept(new SftpOperation.Change(what, path, other, result));
            case Other _ -> {}
        }
    }

    private void opened(String path, String handle) throws MalformedException {
        if (open.size() == MOST_OPEN) {
            throw new MalformedException("more than " + MOST_OPEN + " files are open at once");
        }
        if (open.put(handle, new OpenFile(path)) != null) {
            throw new MalformedException(SERVER + " gives a handle twice");
        }
    }
}
