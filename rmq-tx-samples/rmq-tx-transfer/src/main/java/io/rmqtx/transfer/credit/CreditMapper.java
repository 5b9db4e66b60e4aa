package io.rmqtx.transfer.credit;

import com.baomidou.mybatisplus.core.mapper.BaseMapper;
import org.apache.ibatis.annotations.Mapper;

/** The credit table. */
@Mapper
public interface CreditMapper extends BaseMapper<Credit> {}
