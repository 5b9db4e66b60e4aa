package io.rmqtx.demo.watch;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.locks.Lock;
import org.springframework.web.filter.OncePerRequestFilter;

/** Keeps orders apart from one whose COMMIT is about to be lost, and the page from foreign code. */
final class WatchFilter extends OncePerRequestFilter {

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final CommitFault fault;

    WatchFilter(CommitFault fault) {
        this.fault = fault;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cache-Control", "no-store");
        if (isForeign(request)) {
            response.sendError(HttpServletResponse.SC_FORBIDDEN);
            return;
        }
        boolean places = "POST".equals(request.getMethod())
                && request.getRequestURI().startsWith("/orders")
                && !request.getRequestURI().equals("/orders/commit-lost");
        if (!places) {
            chain.doFilter(request, response);
            return;
        }
        Lock shared = fault.lock().readLock();
        shared.lock();
        try {
            chain.doFilter(request, response);
        } finally {
            shared.unlock();
        }
    }

    /** Whether another site's page makes the visitor's browser send this. */
    private static boolean isForeign(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        return "POST".equals(request.getMethod())
                && site != null
                && !site.equals("same-origin")
                && !site.equals("none");
    }
}
