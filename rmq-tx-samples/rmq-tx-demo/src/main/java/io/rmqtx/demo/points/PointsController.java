package io.rmqtx.demo.points;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The points service's own HTTP. */
@RestController
class PointsController {

    private final JdbcClient database;

    PointsController(JdbcClient database) {
        this.database = database;
    }

    /** The points of each customer. */
    @GetMapping("/points")
    List<Balance> points() {
        return database.sql(
                        "SELECT customer, SUM(points) AS points FROM points_grant GROUP BY customer ORDER BY customer")
                .query(Balance.class)
                .list();
    }

    /**
     * What a customer has.
     *
     * @param customer who
     * @param points how many
     */
    record Balance(String customer, long points) {}
}
