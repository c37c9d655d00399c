package io.relaygate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What reads and rewrites requests at the site: all of them do the same with them, but for the one that does nothing. */
enum WebEngine {
    /** Nothing: the site carries bytes. */
    TCP("tcp plugin"),

    /** The site itself. */
    HTTP("http plugin"),

    /** The site carries bytes to nginx. */
    NGINX("nginx"),

    /** The site carries bytes to HAProxy. */
    HAPROXY("HAProxy");

    private final String title;

    WebEngine(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** What the site does with requests, in its configuration. */
    String ofTheSite() {
        return this == HTTP
                ? """
                , protocol: http, with: { host: inner.test, forwarded: replace,
                      request: [ { set: X-Site, value: bench } ], response: [ { remove: Server }, { set: X-Served-By, value: bench } ] }\
                """
                : "";
    }

    /** Starts the program, if it is one, on {@code port}; null if it is none. */
    @Nullable Child start(Path program, Path folder, int port, int sink) throws IOException {
        return switch (this) {
            case TCP, HTTP -> null;
            case NGINX -> nginx(program, folder, port, sink);
            case HAPROXY -> haproxy(program, folder, port, sink);
        };
    }

    private static Child nginx(Path program, Path folder, int port, int sink) throws IOException {
        Path configuration = Files.writeString(folder.resolve("nginx.conf"), """
                daemon off; worker_processes 2; pid %2$s/nginx.pid; error_log %2$s/error.log;
                events { worker_connections 4096; }
                http {
                  access_log off; client_max_body_size 0; keepalive_requests 100000000;
                  client_body_temp_path %2$s/body; proxy_temp_path %2$s/proxy; fastcgi_temp_path %2$s/f; uwsgi_temp_path %2$s/u; scgi_temp_path %2$s/s;
                  upstream sink { server 127.0.0.1:%3$d; keepalive 64; keepalive_requests 100000000; }
                  server {
                    listen 127.0.0.1:%1$d;
                    location / {
                      proxy_pass http://sink; proxy_http_version 1.1; proxy_buffering off; proxy_request_buffering off;
                      proxy_set_header Connection ""; proxy_set_header Host inner.test; proxy_set_header X-Site bench;
                      proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto http; proxy_set_header X-Forwarded-Host $host;
                      proxy_hide_header Server; add_header X-Served-By bench; proxy_redirect http://inner.test/ http://$http_host/;
                    }
                  }
                }
                """.formatted(port, folder, sink));
        return Child.start("nginx", folder, List.of(program.toString(), "-p", folder.toString(), "-c", configuration.toString()), Map.of());
    }

    private static Child haproxy(Path program, Path folder, int port, int sink) throws IOException {
        Path configuration = Files.writeString(folder.resolve("haproxy.cfg"), """
                defaults
                    mode http
                    timeout connect 5s
                    timeout client 5m
                    timeout server 5m
                listen bench
                    bind 127.0.0.1:%d
                    option forwardfor
                    http-request set-var(txn.host) req.hdr(host)
                    http-request set-header X-Forwarded-Host %%[req.hdr(host)]
                    http-request set-header X-Forwarded-Proto http
                    http-request set-header Host inner.test
                    http-request set-header X-Site bench
                    http-response del-header Server
                    http-response set-header X-Served-By bench
                    http-response replace-header Location ^http://inner.test/(.*)$ http://%%[var(txn.host)]/\\1
                    server sink 127.0.0.1:%d
                """.formatted(port, sink));
        return Child.start("haproxy", folder, List.of(program.toString(), "-db", "-f", configuration.toString()), Map.of());
    }
}
