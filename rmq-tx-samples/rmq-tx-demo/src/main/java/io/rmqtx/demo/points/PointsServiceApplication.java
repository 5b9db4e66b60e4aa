package io.rmqtx.demo.points;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The points service. */
@SpringBootApplication
public class PointsServiceApplication {}
