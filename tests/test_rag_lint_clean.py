"""The checker's false alarms: sentences that hold the words of a rule and say nothing against anybody."""

from __future__ import annotations

import pytest

from rag.lint import lint

CLEAN = {
    "CN": """
        负责男装类目的选品与上新
        女装运营经验两年以上
        输出用户年龄结构分析报告
        性别不限,能力优先
        欢迎各年龄段的求职者
        女性健康产品经理,负责经期管理功能
        面向35岁以上人群的理财内容策划
        中老年旅游产品的线路设计
        母婴社群运营,服务孕妇和新手妈妈
        婚恋平台的活动策划,了解单身人群
        残疾人辅具的采购与质检
        欢迎残障人士应聘,办公区无障碍
        乙肝科普短视频的脚本撰写
        慢性病管理产品的用户研究
        抑郁症公益项目的志愿者培训
        维护少数民族地区的经销商
        民族服饰品牌的店铺装修
        清真食品类目的招商
        河南省市场的渠道开拓
        协助新员工办理居住证和落户
        国籍业务和签证材料的审核
        专升本教育产品的社群运营
        自考课程的电话咨询与回访
        大专及以上学历
        星座运势栏目的选题与撰稿
        入职即缴纳五险一金
        加班按国家规定支付加班费
        双休,法定节假日正常休息
        门店营业时间为每天12小时,两班轮换
        拒绝996,不安排周末加班
        入职不收取任何费用
        核对商家缴纳的保证金
        学员学费分期方案的设计
        带薪培训两周后上岗
        退伍军人服务平台的内容运营
        熟悉党建系统的产品设计
        产假、陪产假和育儿假按规定执行
        员工怀孕后可以申请调整岗位
        女职工按国家规定不安排矿山井下作业
        年满16周岁
        童装尺码以身高110到150厘米为准
        拍摄模特图,整理身高和尺码数据
        """,
    "TW": """
        性別不拘,年齡不拘
        負責女鞋商品企劃
        銀髮族旅遊商品的設計
        中高齡者友善職場
        月薪38000至42000元
        依法投保勞健保
        原住民文化專案的企劃執行
        協助身障者使用輔具的教學
        需以台語服務年長客戶
        """,
    "HK": """
        月薪18000至20000元
        推廣長者服務及社區活動
        歡迎任何族裔人士申請
        傷殘人士院舍的行政支援
        能以粵語和英語溝通
        """,
    "US": """
        Product manager for women's health
        We sell menswear and shoes for boys
        You will design programs for adults over 60
        Applicants of all ages are welcome
        Veterans and people with disabilities are encouraged to apply
        Able to lift 10 kg with or without reasonable accommodation
        Build software for hospitals and clinics
        Write articles about pregnancy for expecting parents
        Pay is $28 to $32 per hour
        Overtime is paid at one and a half times the rate
        You analyze how shoppers in their twenties use the app
        No experience is needed, we train you
        """,
    "EU": """
        Buyer for women's shoes (m/f/d)
        You speak fluent German and English
        Moderate a forum for people with diabetes
        Take product photographs for the web shop
        Salary 42,000 to 46,000 euros a year
        A single point of contact for suppliers is preferred
        Parental leave of twelve months for every parent
        Organise events for religious holidays in the city
        """,
}
# What the wider rules must leave alone: who takes a phrase out of postings, promises not to ask, or handles such things as work.
CLEAN["CN"] += """
        清理平台职位里“限男”“限女”的字样
        把“35岁以下”从旧模板里删掉
        审查用工合同，剔除“三年内不得生育”等无效条款
        收到“双非勿投”字样的职位，退回发布方修改
        单身、已婚、离异，跟这份工作一点关系都没有
        公司不向求职者收取押金、服装费或任何其他费用
        面试不聊政治立场，只聊项目
        协助客户核对身份证前六位与户籍地
        罚款制度早就废了，迟到只做沟通
        开发考勤系统里的“大小周”配置模块
        """
CLEAN["TW"] += """
        履歷免附照片，放了也會被系統遮住
        已婚未婚、有無小孩，面談一律不問
        打擊求職詐騙宣導，拆解「月入十萬免經驗」話術
        薪資四萬五以上，依年資核定，面議
        """
CLEAN["HK"] += """
        高矮肥瘦冇所謂，識招呼客就得
        覆檢招聘廣告，刪走「女文員」「男看更」等字眼
        """
CLEAN["US"] += """
        Don't tell us your current pay; tell us what you'd like
        Strike "young and dynamic" from client adverts before they go live
        """
# Prohibitions and promises, numbers that look like a code, customers and goods.
CLEAN["CN"] += """
        招聘启事里不准再写限男限女
        各店注意:面试时婚育情况一律不许问
        未满十六周岁不招,请带身份证
        写着“只要女生”的违规招聘信息由内容组下架
        接到涉嫌招童工的举报,二十四小时内核实
        把“宝妈优先”这句话从稿子里去掉
        面试别带照片,也别寄自拍
        乘996路到终点站,出站左转
        007系列电影的短视频脚本
        客服月薪5500到6500元,大促另有奖金
        顾客租礼服交的押金三天内原路退回
        校车司机按《校车安全管理条例》提交无犯罪记录证明
        “颜值担当”系列盲盒的打样跟进
        给服务器做压力测试,找出抗压瓶颈
        店对面就是一所985大学,学生客多
        协助18至45岁农民申请补助
        女士请留步,新品试饮免费
        优先安排女职工在有空调的车间
        听障顾客用文字接待
        回族同事的伙食有清真窗口
        东北老乡多,食堂常有酸菜
        平板由公司配,走的时候不用还
        三字头的快递单号放左边货架
        单休改双休,从明年一月起
"""
CLEAN["TW"] += """
        不需附良民證,也不查您的信用報告
        有人向您收制服費,請打申訴專線
        兵役問題不影響錄取
"""
CLEAN["HK"] += """
        我哋唔收介紹費,亦唔收任何按金
        We consider everybody regardless of sex, marital status, pregnancy or disability
        Bring your HKID card for right-to-work checking on day one
"""
CLEAN["US"] += """
        We never ask what you earned before
        Our team is under 30 people
        The shelter is open to women and men; we would rather not see files over 50 MB
"""
CLEAN["EU"] += """
        Please leave your current pay out of the letter
        Headscarves, turbans and hard hats: we find a solution together
        List any medication errors in the ward log
"""
SENTENCES = [(market, line.strip()) for market, lines in CLEAN.items() for line in lines.splitlines() if line.strip()]


@pytest.mark.parametrize(("market", "sentence"), SENTENCES)
def test_a_near_miss_is_clean(market: str, sentence: str) -> None:
    assert [(finding.rule, finding.text) for finding in lint(sentence, market).findings] == []


def test_there_are_enough_near_misses() -> None:
    assert len(set(SENTENCES)) >= 60
